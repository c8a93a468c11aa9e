import type { Hints } from '@smart-tickets/kit/hints';
import { LatestValue } from '@smart-tickets/kit/latest-value';
import { BackOff, pause, Wake } from '@smart-tickets/kit/limits';
import type { Logger } from '@smart-tickets/kit/logger';
import type pg from 'pg';
import type { TicketViewer } from '../domain/presence.ts';
import { readViewers, type PresentViewer } from '../persistence/viewers.ts';

/** Hint channel on which replicas tell each other that a ticket's viewers have changed: `<workspaceId> <ticketId>`. */
const viewersChannel = 'ticket_viewers';
/** Hints may be lost, and those who leave say no word: what is watched is looked at this often in any case. */
const lookMs = 5_000;
const ticketsAtOnce = 500;

/** One ticket that somebody watches. */
interface Watched {
  readonly workspaceId: string;
  readonly ticketId: string;
  readonly viewers: LatestValue<TicketViewer[]>;
  watchers: number;
  /** When the next viewer goes unless it is heard of, in milliseconds of `performance.now()`. */
  goesAt: number;
  /** Watchers that wait for a look of their own. */
  waiting: (() => void)[];
}

/** A ticket's viewers as others are shown them. */
export function shownViewers(viewers: readonly PresentViewer[]): TicketViewer[] {
  return viewers.map(({ agentId, since, writing }) => ({ agentId, since, writing }));
}

/**
 * Tells live who looks at tickets, whichever replica they speak to. Each process looks once for all who watch a ticket,
 * and at many tickets in one statement: when a hint tells of a change, when a viewer's time is up, and every five
 * seconds. Nothing is looked at that nobody watches.
 */
export class ViewerFeed {
  #pool: pg.Pool;
  #hints: Hints;
  #log: Logger;
  #watched = new Map<string, Watched>();
  #dirty = new Set<Watched>();
  #wake = new Wake();
  #lookedAt = 0;
  #stopped = new AbortController();
  #running: Promise<void>;

  constructor(pool: pg.Pool, hints: Hints, log: Logger) {
    this.#pool = pool;
    this.#hints = hints;
    this.#log = log;
    const onHint = (key: string): void => {
      this.#touch(key);
    };
    const onLost = (): void => {
      this.#lookedAt = 0;
      this.#wake.wake();
    };
    hints.subscribe(viewersChannel, onHint, onLost).catch((error: unknown) => {
      log.warn({ err: error }, 'no hints about viewers; polling instead');
    });
    this.#running = this.#follow();
  }

  /** Tells all replicas that a ticket's viewers have changed. A hint that is lost is made up for by looking. */
  announce(workspaceId: string, ticketId: string): void {
    const key = `${workspaceId} ${ticketId}`;
    this.#touch(key);
    this.#hints.publish(viewersChannel, key).catch((error: unknown) => {
      this.#log.debug({ err: error }, 'a hint about viewers was lost');
    });
  }

  /** Who looks at a ticket: now, and whenever that changes, until `return` is called or the feed closes. */
  watch(workspaceId: string, ticketId: string): AsyncIterableIterator<TicketViewer[]> {
    const key = `${workspaceId} ${ticketId}`;
    let watched = this.#watched.get(key);
    if (watched === undefined) {
      const viewers = new LatestValue<TicketViewer[]>();
      watched = { workspaceId, ticketId, viewers, watchers: 0, goesAt: Infinity, waiting: [] };
      this.#watched.set(key, watched);
    }
    const { viewers } = watched;
    if (this.#stopped.signal.aborted) viewers.end();
    watched.watchers += 1;
    const looked = new Promise<void>((resolve) => watched.waiting.push(resolve));
    this.#touch(key);
    return viewers.watch(looked, () => {
      watched.watchers -= 1;
      if (watched.watchers > 0) return;
      this.#watched.delete(key);
      this.#dirty.delete(watched);
    });
  }

  /** Number of tickets that are watched. */
  get size(): number {
    return this.#watched.size;
  }

  async close(): Promise<void> {
    this.#stopped.abort();
    this.#wake.wake();
    for (const { viewers } of this.#watched.values()) viewers.end();
    await this.#running;
  }

  #touch(key: string): void {
    const watched = this.#watched.get(key);
    if (watched === undefined) return;
    this.#dirty.add(watched);
    this.#wake.wake();
  }

  async #follow(): Promise<void> {
    const backOff = new BackOff(50, 2_000);
    while (!this.#stopped.signal.aborted) {
      this.#markDue();
      const due = [...this.#dirty];
      this.#dirty.clear();
      if (due.length === 0) {
        await this.#wake.wait(this.#waitMs(), this.#stopped.signal);
        continue;
      }
      try {
        await this.#look(due);
        backOff.reset();
      } catch (error) {
        for (const watched of due) if (watched.watchers > 0) this.#dirty.add(watched);
        this.#log.warn({ err: error }, 'viewers could not be read');
        await pause(backOff.next(), this.#stopped.signal);
      }
    }
  }

  #markDue(): void {
    const now = performance.now();
    const all = this.#lookedAt === 0 || now - this.#lookedAt >= lookMs;
    if (all) this.#lookedAt = now;
    for (const watched of this.#watched.values()) {
      if (all || watched.goesAt <= now) this.#dirty.add(watched);
    }
  }

  #waitMs(): number {
    let nearest = performance.now() + lookMs;
    for (const { goesAt } of this.#watched.values()) nearest = Math.min(nearest, goesAt);
    return Math.max(1, nearest - performance.now());
  }

  async #look(due: readonly Watched[]): Promise<void> {
    for (const [workspaceId, group] of Map.groupBy(due, (watched) => watched.workspaceId)) {
      for (let from = 0; from < group.length; from += ticketsAtOnce) {
        await this.#lookAt(workspaceId, group.slice(from, from + ticketsAtOnce));
      }
    }
  }

  async #lookAt(workspaceId: string, group: readonly Watched[]): Promise<void> {
    // Who comes to watch while this look is under way may have been missed by it, and waits for the next.
    const waiting = group.map((watched) => watched.waiting.splice(0));
    try {
      const ids = group.map(({ ticketId }) => ticketId);
      const rows = await readViewers(this.#pool, workspaceId, ids);
      const byTicket = Map.groupBy(rows, ({ ticketId }) => ticketId);
      const now = performance.now();
      for (const watched of group) {
        const viewers = byTicket.get(watched.ticketId) ?? [];
        watched.goesAt = now + Math.min(...viewers.map(({ goneInMs }) => goneInMs));
        watched.viewers.put(shownViewers(viewers));
      }
    } catch (error) {
      for (const [index, watched] of group.entries()) watched.waiting.unshift(...(waiting[index] ?? []));
      throw error;
    }
    for (const resolve of waiting.flat()) resolve();
  }
}
