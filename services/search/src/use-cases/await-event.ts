import { pause } from '@smart-tickets/kit/limits';
import { readInWorkspace } from '@smart-tickets/kit/postgres';
import type pg from 'pg';
import { readApplied, type AppliedRow } from '../persistence/applied-repository.ts';

/** Most callers that wait at the same time in one process; any more are answered at once. */
export const mostWaiters = 1_000;
/** A position this much further than the newest one that was taken in is no lag of the index, but made up. */
export const furthestAhead = 100_000;
const pollMs = 25;

interface Waiter {
  readonly pos: number;
  settle(applied: boolean): void;
  fail(error: unknown): void;
}

/**
 * Callers that wait until the index has an event. However many they are, each workspace is looked at by one statement
 * at a time, every 25 ms while anybody waits.
 */
export class AppliedEvents {
  #pool: pg.Pool;
  #byWorkspace = new Map<string, Set<Waiter>>();
  #waiting = 0;

  constructor(pool: pg.Pool) {
    this.#pool = pool;
  }

  /**
   * True as soon as the event at this position of the ticket service's log can be found; false when it still cannot
   * after `limitMs`, and at once when too many wait or the position is too far ahead of the index.
   */
  until(workspaceId: string, pos: number, limitMs = 2_000): Promise<boolean> {
    if (this.#waiting >= mostWaiters) return Promise.resolve(false);
    return new Promise((resolve, reject) => {
      const known = this.#byWorkspace.get(workspaceId);
      const waiters = known ?? new Set<Waiter>();
      const leave = (): void => {
        if (!waiters.delete(waiter)) return;
        this.#waiting -= 1;
        clearTimeout(timer);
      };
      const waiter: Waiter = {
        pos,
        settle: (applied) => {
          leave();
          resolve(applied);
        },
        fail: (error) => {
          leave();
          reject(error instanceof Error ? error : new Error(String(error)));
        },
      };
      const timer = setTimeout(() => {
        waiter.settle(false);
      }, limitMs);
      waiters.add(waiter);
      this.#waiting += 1;
      if (known !== undefined) return;
      this.#byWorkspace.set(workspaceId, waiters);
      void this.#follow(workspaceId, waiters);
    });
  }

  async #follow(workspaceId: string, waiters: Set<Waiter>): Promise<void> {
    while (waiters.size > 0) {
      await this.#look(workspaceId, [...waiters]);
      if (waiters.size > 0) await pause(pollMs);
    }
    this.#byWorkspace.delete(workspaceId);
  }

  async #look(workspaceId: string, waiters: readonly Waiter[]): Promise<void> {
    try {
      const asked = [...new Set(waiters.map(({ pos }) => pos))];
      const rows = await readInWorkspace<AppliedRow>(
        this.#pool,
        workspaceId,
        readApplied(workspaceId, asked),
      );
      const byPos = new Map(rows.map((row) => [row.pos, row]));
      for (const waiter of waiters) {
        const row = byPos.get(waiter.pos);
        if (row?.applied === true) waiter.settle(true);
        else if (row === undefined || row.ahead > furthestAhead) waiter.settle(false);
      }
    } catch (error) {
      for (const waiter of waiters) waiter.fail(error);
    }
  }
}
