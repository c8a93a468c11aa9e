import { inParallel, pause } from '@smart-tickets/kit/limits';
import type { Logger } from '@smart-tickets/kit/logger';
import type pg from 'pg';
import { duePageSize, dueToClose, dueToWake, type DueTicket } from '../persistence/due-tickets.ts';
import { closeResolvedTicket } from '../use-cases/close-resolved-ticket.ts';
import type { Deps } from '../use-cases/deps.ts';
import { wakeTicket } from '../use-cases/wake-ticket.ts';

/** What comes due by itself: where it is found, and what is done about each ticket. */
export interface TicketTimer {
  readonly name: string;
  readonly everyMs: number;
  page(systemPool: pg.Pool, nowIso: string, after: DueTicket | null): Promise<DueTicket[]>;
  /** Whether it did anything; the row may say otherwise than the index did. */
  ring(deps: Deps, due: DueTicket): Promise<boolean>;
}

/** Wakes snoozed tickets, a second late at most. */
export const wakeTimer: TicketTimer = {
  name: 'wake snoozed tickets',
  everyMs: 1_000,
  page: dueToWake,
  ring: wakeTicket,
};

/** Closes resolved tickets after the days that their workspace says. */
export const closeTimer: TicketTimer = {
  name: 'close resolved tickets',
  everyMs: 60_000,
  page: dueToClose,
  ring: closeResolvedTicket,
};

// Many tickets wake at nine on a Monday, when agents need the pool too.
const atOnce = 4;

/**
 * Rings for everything that is due now, page by page, and gives back for how many tickets it did something. What fails is
 * passed over, and due again in the next round. Ends early, between two tickets, when the signal aborts.
 */
export async function ringTimer(
  timer: TicketTimer,
  deps: Deps,
  systemPool: pg.Pool,
  log: Logger,
  signal?: AbortSignal,
): Promise<number> {
  const nowIso = deps.now().toISOString();
  let rung = 0;
  for (let after: DueTicket | null = null; ;) {
    const page: DueTicket[] = await timer.page(systemPool, nowIso, after);
    await inParallel(page, atOnce, async (due) => {
      if (signal?.aborted === true) return;
      try {
        if (await timer.ring(deps, due)) rung += 1;
      } catch (error) {
        log.warn({ err: error, ticketId: due.id, timer: timer.name }, 'a ticket could not be rung for');
      }
    });
    after = page.at(-1) ?? null;
    if (after === null || page.length < duePageSize || signal?.aborted === true) return rung;
  }
}

/**
 * Starts the timers of the tickets. Any number of processes may run them at once: the rows decide. `stop` waits for the
 * tickets that are under way.
 */
export function startTimers(deps: Deps, systemPool: pg.Pool, log: Logger): { stop(): Promise<void> } {
  const stopped = new AbortController();
  const run = async (timer: TicketTimer): Promise<void> => {
    while (!stopped.signal.aborted) {
      try {
        await ringTimer(timer, deps, systemPool, log, stopped.signal);
      } catch (error) {
        log.warn({ err: error, timer: timer.name }, 'a timer could not look for what is due');
      }
      await pause(timer.everyMs, stopped.signal);
    }
  };
  const running = Promise.all([run(wakeTimer), run(closeTimer)]);
  return {
    async stop() {
      stopped.abort();
      await running;
    },
  };
}
