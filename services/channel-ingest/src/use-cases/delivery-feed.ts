import type { Hints } from '@smart-tickets/kit/hints';
import { LatestValue } from '@smart-tickets/kit/latest-value';
import { BackOff, pause, Wake } from '@smart-tickets/kit/limits';
import type { Logger } from '@smart-tickets/kit/logger';
import type pg from 'pg';
import { countWaiting, type WaitingRow } from '../persistence/delivery-queries.ts';

/** Hint channel on which replicas tell each other that a channel's answers, or its token, have changed. */
export const deliveriesHint = 'deliveries_waiting';
/** Hints may be lost: what is watched is looked at this often in any case. */
const lookMs = 5_000;
/** A change soon after a look waits until so long after it. */
const restMs = 100;
/** Changes are told to other replicas at most so often. */
const gatherMs = 25;
const channelsAtOnce = 200;

/** How many answers of a channel wait to be claimed. */
export interface WaitingDeliveries {
  readonly channelId: string;
  readonly count: number;
}

/** What is known of a channel; null when it is not there. */
type Known = Omit<WaitingRow, 'nextAt'> | null;

interface Watched {
  readonly workspaceId: string;
  readonly channelId: string;
  readonly waiting: LatestValue<Known>;
  watchers: number;
  /** When an answer's pause or lease ends, in milliseconds of `performance.now()`. */
  dueAt: number;
  /** Watchers that wait for a look of their own. */
  waitingForLook: (() => void)[];
}

/** The token that somebody watched with counts no more, or never did. */
export class TokenEndedError extends Error {
  constructor() {
    super('the channel’s token is not valid any more');
  }
}

/**
 * Tells connectors live how many answers of their channel wait, whichever replica they speak to. Each process looks once for
 * all who watch a channel, and at many channels in one statement: when a hint tells of a change, when a pause or a lease is
 * over, and every five seconds. Nothing is looked at that nobody watches.
 */
export class DeliveryFeed {
  #pool: pg.Pool;
  #hints: Hints;
  #log: Logger;
  #now: () => Date;
  #watched = new Map<string, Watched>();
  #dirty = new Set<Watched>();
  #announced = new Set<string>();
  #wake = new Wake();
  #lookedAt = 0;
  #stopped = new AbortController();
  #running: Promise<void>;

  constructor(pool: pg.Pool, hints: Hints, log: Logger, now: () => Date) {
    this.#pool = pool;
    this.#hints = hints;
    this.#log = log;
    this.#now = now;
    const onHint = (key: string): void => {
      this.#touch(key);
    };
    const onLost = (): void => {
      this.#lookedAt = 0;
      this.#wake.wake();
    };
    hints.subscribe(deliveriesHint, onHint, onLost).catch((error: unknown) => {
      log.warn({ err: error }, 'no hints about deliveries; polling instead');
    });
    this.#running = this.#follow();
  }

  /** Tells all replicas that a channel's answers, or its token, have changed. A hint that is lost is made up for by looking. */
  announce(workspaceId: string, channelId: string): void {
    const key = `${workspaceId} ${channelId}`;
    this.#touch(key);
    if (this.#announced.has(key)) return;
    // Whatever changes within a moment is one hint.
    this.#announced.add(key);
    pause(gatherMs, this.#stopped.signal)
      .then(() => {
        this.#announced.delete(key);
        return this.#hints.publish(deliveriesHint, key);
      })
      .catch((error: unknown) => {
        this.#log.debug({ err: error }, 'a hint about deliveries was lost');
      });
  }

  /**
   * How many answers of a channel wait: now, and whenever they are others, until `return` is called or the feed closes.
   * Rejects with TokenEndedError once the channel is gone, switched off, or has another token generation.
   */
  watch(
    workspaceId: string,
    channelId: string,
    generation: number,
  ): AsyncIterableIterator<WaitingDeliveries> {
    const known = this.#watch(workspaceId, channelId);
    const stream: AsyncIterableIterator<WaitingDeliveries> = {
      [Symbol.asyncIterator]: () => stream,
      async next() {
        const { done, value } = await known.next();
        if (done === true) return { done: true, value: undefined };
        if (value?.enabled !== true || value.generation !== generation) {
          await known.return?.();
          throw new TokenEndedError();
        }
        return { done: false, value: { channelId, count: value.count } };
      },
      async return() {
        await known.return?.();
        return { done: true, value: undefined };
      },
    };
    return stream;
  }

  #watch(workspaceId: string, channelId: string): AsyncIterableIterator<Known> {
    const key = `${workspaceId} ${channelId}`;
    let watched = this.#watched.get(key);
    if (watched === undefined) {
      const waiting = new LatestValue<Known>();
      watched = { workspaceId, channelId, waiting, watchers: 0, dueAt: Infinity, waitingForLook: [] };
      this.#watched.set(key, watched);
    }
    const { waiting } = watched;
    if (this.#stopped.signal.aborted) waiting.end();
    watched.watchers += 1;
    const looked = new Promise<void>((resolve) => watched.waitingForLook.push(resolve));
    this.#touch(key);
    return waiting.watch(looked, () => {
      watched.watchers -= 1;
      if (watched.watchers > 0) return;
      this.#watched.delete(key);
      this.#dirty.delete(watched);
    });
  }

  /** Number of channels that are watched. */
  get size(): number {
    return this.#watched.size;
  }

  async close(): Promise<void> {
    this.#stopped.abort();
    this.#wake.wake();
    for (const { waiting } of this.#watched.values()) waiting.end();
    await this.#running;
  }

  #touch(key: string): void {
    const watched = this.#watched.get(key);
    if (watched === undefined) return;
    this.#dirty.add(watched);
    this.#wake.wake();
  }

  async #follow(): Promise<void> {
    const { signal } = this.#stopped;
    const backOff = new BackOff(50, 2_000);
    while (!signal.aborted) {
      this.#markDue();
      const due = [...this.#dirty];
      this.#dirty.clear();
      if (due.length === 0) {
        await this.#wake.wait(this.#waitMs(), signal);
        continue;
      }
      try {
        await this.#look(due);
        backOff.reset();
        // A busy channel changes with every claim and report.
        await pause(restMs, signal);
      } catch (error) {
        for (const watched of due) if (watched.watchers > 0) this.#dirty.add(watched);
        this.#log.warn({ err: error }, 'waiting deliveries could not be counted');
        await pause(backOff.next(), signal);
      }
    }
  }

  #markDue(): void {
    const now = performance.now();
    const all = this.#lookedAt === 0 || now - this.#lookedAt >= lookMs;
    if (all) this.#lookedAt = now;
    for (const watched of this.#watched.values()) {
      if (all || watched.dueAt <= now) this.#dirty.add(watched);
    }
  }

  #waitMs(): number {
    let nearest = performance.now() + lookMs;
    for (const { dueAt } of this.#watched.values()) nearest = Math.min(nearest, dueAt);
    return Math.max(1, nearest - performance.now());
  }

  async #look(due: readonly Watched[]): Promise<void> {
    for (const [workspaceId, group] of Map.groupBy(due, (watched) => watched.workspaceId)) {
      for (let from = 0; from < group.length; from += channelsAtOnce) {
        await this.#lookAt(workspaceId, group.slice(from, from + channelsAtOnce));
      }
    }
  }

  async #lookAt(workspaceId: string, group: readonly Watched[]): Promise<void> {
    // Who comes to watch while this look is under way may have been missed by it, and waits for the next.
    const waiting = group.map((watched) => watched.waitingForLook.splice(0));
    try {
      const now = this.#now();
      const ids = group.map(({ channelId }) => channelId);
      const rows = await countWaiting(this.#pool, workspaceId, ids, now.toISOString());
      const byChannel = new Map(rows.map((row) => [row.channelId, row]));
      for (const watched of group) {
        const row = byChannel.get(watched.channelId);
        watched.dueAt = Infinity;
        if (row === undefined) watched.waiting.put(null);
        else {
          const { nextAt, ...known } = row;
          if (nextAt !== null) watched.dueAt = performance.now() + Date.parse(nextAt) - now.getTime();
          watched.waiting.put(known);
        }
      }
    } catch (error) {
      for (const [index, watched] of group.entries())
        watched.waitingForLook.unshift(...(waiting[index] ?? []));
      throw error;
    }
    for (const resolve of waiting.flat()) resolve();
  }
}
