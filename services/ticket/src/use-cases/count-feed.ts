import type { EventFeed, FeedEvent } from '@smart-tickets/kit/event-feed';
import { LatestValue } from '@smart-tickets/kit/latest-value';
import { BackOff, pause, Wake } from '@smart-tickets/kit/limits';
import type { Logger } from '@smart-tickets/kit/logger';
import { err, ok, type Result } from '@smart-tickets/kit/result';
import type pg from 'pg';
import { passes, type TicketFilter } from '../domain/filter.ts';
import type { TicketCount, TicketCountBy } from '../domain/ticket-counts.ts';
import { countTickets } from '../persistence/count-tickets.ts';
import { ticketEventOf } from './ticket-event-of.ts';

/** Counts are told at most this often. */
const restMs = 1_000;
/** Counting takes at most one part in so many of the time, however large the workspace. */
const restShare = 5;
/** Most counts that a process makes at a time, for all workspaces: the rest of the pool is for requests. */
const atOnce = 2;
/** Most different counts of a workspace that one process serves. */
export const maxBoards = 100;

/** What is counted. */
export interface CountRequest {
  readonly workspaceId: string;
  readonly filter: TicketFilter;
  readonly by: TicketCountBy;
}

/** Whether a change may have changed the counts: the ticket passes the filter now, or did before, or is not readable. */
function concerns(event: FeedEvent, filter: TicketFilter): boolean {
  try {
    const change = ticketEventOf(event);
    if (change === null) return false;
    return passes(filter, change.ticket) || passes(filter, { ...change.ticket, ...change.before });
  } catch {
    return true;
  }
}

/** Turns that are given in the order of asking, at most so many at a time. */
class Turns {
  #free: number;
  #waiting: (() => void)[] = [];

  constructor(most: number) {
    this.#free = most;
  }

  /** Does `work` when it is its turn. */
  async take<T>(work: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free -= 1;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await work();
    } finally {
      // Handed on directly, so that nobody who comes now is before those who wait.
      const next = this.#waiting.shift();
      if (next === undefined) this.#free += 1;
      else next();
    }
  }
}

/** One count with all who watch it. */
class Board {
  readonly counts = new LatestValue<TicketCount[]>();
  readonly counted = Promise.withResolvers<void>();
  watchers = 0;
  #request: CountRequest;
  #pool: pg.Pool;
  #feed: EventFeed;
  #log: Logger;
  #turns: Turns;
  #dirty = true;
  #wake = new Wake();
  #left = new AbortController();

  constructor(request: CountRequest, turns: Turns, pool: pg.Pool, feed: EventFeed, log: Logger) {
    this.#request = request;
    this.#turns = turns;
    this.#pool = pool;
    this.#feed = feed;
    this.#log = log;
  }

  /** Follows the log and counts, until it is stopped. What is committed after the head was read is heard of. */
  async run(): Promise<void> {
    const backOff = new BackOff(100, 5_000);
    const first = await this.#head(backOff);
    if (first !== null) await Promise.all([this.#hear(first, backOff), this.#count()]);
  }

  stop(): void {
    this.#left.abort();
    this.#wake.wake();
    this.counts.end();
  }

  #soil(): void {
    this.#dirty = true;
    this.#wake.wake();
  }

  /** The log's newest position; null when the board is stopped before it can be read. */
  async #head(backOff: BackOff): Promise<number | null> {
    const { signal } = this.#left;
    while (!signal.aborted) {
      try {
        return await this.#feed.head(this.#request.workspaceId);
      } catch (error) {
        this.#log.warn({ err: error }, 'the event log could not be read for counts');
        await pause(backOff.next(), signal);
      }
    }
    return null;
  }

  async #hear(first: number, backOff: BackOff): Promise<void> {
    const { workspaceId, filter } = this.#request;
    const { signal } = this.#left;
    let after: number | null = first;
    while (after !== null) {
      try {
        for await (const event of this.#feed.read(workspaceId, after, signal)) {
          backOff.reset();
          if (concerns(event, filter)) this.#soil();
        }
        // Stopped, or the feed has closed: nothing more comes.
        return;
      } catch (error) {
        this.#log.warn({ err: error }, 'the event log was lost for counts');
        await pause(backOff.next(), signal);
      }
      after = await this.#head(backOff);
      // Whatever was missed until here is in the next count.
      this.#soil();
    }
  }

  async #count(): Promise<void> {
    const { workspaceId, filter, by } = this.#request;
    const { signal } = this.#left;
    const backOff = new BackOff(100, 5_000);
    while (!signal.aborted) {
      if (!this.#dirty) {
        await this.#wake.wait(60_000, signal);
        continue;
      }
      let tookMs = 0;
      try {
        await this.#turns.take(async () => {
          if (signal.aborted) return;
          // What changes while the turn is waited for is in this count.
          this.#dirty = false;
          const begun = performance.now();
          try {
            this.counts.put(await countTickets(this.#pool, workspaceId, filter, by));
          } finally {
            tookMs = performance.now() - begun;
          }
        });
        this.counted.resolve();
        backOff.reset();
      } catch (error) {
        this.#dirty = true;
        this.#log.warn({ err: error }, 'tickets could not be counted');
        await pause(backOff.next(), signal);
      }
      await pause(Math.max(restMs, tookMs * (restShare - 1)), signal);
    }
  }
}

/**
 * Counts for wall boards, live. One process counts once for all who watch the same, only after a change that may have
 * changed the counts, and at most once a second; of all counts it makes two at a time.
 */
export class CountFeed {
  #pool: pg.Pool;
  #feed: EventFeed;
  #log: Logger;
  #turns = new Turns(atOnce);
  #boards = new Map<string, Board>();
  /** How many boards each workspace has; those that have none are missing. */
  #boardsOf = new Map<string, number>();
  #running = new Set<Promise<void>>();
  #closed = false;

  constructor(pool: pg.Pool, feed: EventFeed, log: Logger) {
    this.#pool = pool;
    this.#feed = feed;
    this.#log = log;
  }

  /**
   * The counts as they are, then as they change, until `return` is called or the feed closes. Refused when the workspace
   * has 100 different ones here already.
   */
  watch(request: CountRequest): Result<AsyncIterableIterator<TicketCount[]>, 'LIMIT_EXCEEDED'> {
    const { workspaceId } = request;
    const key = JSON.stringify([request.workspaceId, request.by, request.filter]);
    let board = this.#boards.get(key);
    if (board === undefined) {
      const boards = this.#boardsOf.get(workspaceId) ?? 0;
      if (boards >= maxBoards) return err('LIMIT_EXCEEDED');
      board = new Board(request, this.#turns, this.#pool, this.#feed, this.#log);
      this.#boards.set(key, board);
      this.#boardsOf.set(workspaceId, boards + 1);
      if (this.#closed) board.stop();
      else this.#run(board);
    }
    const watched = board;
    watched.watchers += 1;
    const counts = watched.counts.watch(watched.counted.promise, () => {
      watched.watchers -= 1;
      if (watched.watchers > 0) return;
      this.#remove(key, workspaceId);
      watched.stop();
    });
    return ok(counts);
  }

  #remove(key: string, workspaceId: string): void {
    if (!this.#boards.delete(key)) return;
    const left = (this.#boardsOf.get(workspaceId) ?? 1) - 1;
    if (left === 0) this.#boardsOf.delete(workspaceId);
    else this.#boardsOf.set(workspaceId, left);
  }

  /** Number of different counts that are watched. */
  get size(): number {
    return this.#boards.size;
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const board of this.#boards.values()) board.stop();
    await Promise.all(this.#running);
  }

  #run(board: Board): void {
    const running = board
      .run()
      .catch((error: unknown) => {
        this.#log.error({ err: error }, 'counting has ended');
        board.stop();
      })
      .finally(() => this.#running.delete(running));
    this.#running.add(running);
  }
}
