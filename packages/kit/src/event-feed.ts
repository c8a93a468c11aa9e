import type { Topic } from '@smart-tickets/contracts';
import type pg from 'pg';
import type { Hints } from './hints.ts';
import { BackOff, pause, Wake } from './limits.ts';
import { LogPages } from './log-pages.ts';
import type { Logger } from './logger.ts';
import { isOutage } from './outage.ts';
import { eventLogChannel } from './sequencer.ts';

/** One event as the log holds it. */
export interface FeedEvent {
  readonly pos: number;
  readonly eventId: string;
  readonly topic: string;
  readonly payload: unknown;
  readonly at: string;
}

/** Thrown by a reader whose position is older than the log, or ahead of it: it cannot be served without a gap. */
export class CursorExpiredError extends Error {
  constructor() {
    super('the cursor is older than the retention of the event log');
    this.name = 'CursorExpiredError';
  }
}

/** Events carry up to some 40 kB each, so both are kept short. */
const ringSize = 256;
const pageSize = 100;
/** Pages of the past that replays share, in one process. */
const mostPages = 16;
const silenceMs = 2_000;
/** Readers wait so long for a database that is away. */
const patienceMs = 20_000;
const erasureTopic: Topic = 'customer.erasure-requested';

/** The newest events of one workspace, shared by its readers in this process. `last` is the newest known position. */
class WorkspaceRing {
  readonly workspaceId: string;
  readonly waiting = new Set<() => void>();
  events: FeedEvent[] = [];
  last: number;
  readers = 0;

  constructor(workspaceId: string, last: number) {
    this.workspaceId = workspaceId;
    this.last = last;
  }

  /** True when what came before the new events was erased in the log: nothing of it may be served from memory. */
  append(page: readonly FeedEvent[]): boolean {
    let erased = false;
    for (const event of page) {
      if (event.pos !== this.last + 1) continue;
      if (event.topic === erasureTopic) {
        this.events = [];
        erased = true;
      }
      this.events.push(event);
      this.last = event.pos;
    }
    if (this.events.length > ringSize) this.events = this.events.slice(-ringSize);
    for (const resume of this.waiting) resume();
    this.waiting.clear();
    return erased;
  }

  at(pos: number): FeedEvent | undefined {
    const first = this.last - this.events.length + 1;
    return pos < first ? undefined : this.events[pos - first];
  }
}

/**
 * Serves the event log live: replays what a reader missed, then follows, every event once and in order. Each process
 * reads the log once for all readers of a workspace; hints only say when to look, and after two seconds of silence
 * it looks anyway. A slow reader holds one page at most: it reads from the log when the shared ring has moved past it, and
 * readers that replay the same share what they read.
 */
export class EventFeed {
  #pool: pg.Pool;
  #log: Logger;
  #rings = new Map<string, Promise<WorkspaceRing>>();
  #open = new Map<string, WorkspaceRing>();
  #past = new LogPages<FeedEvent>(mostPages);
  #dirty = new Set<string>();
  #wake = new Wake();
  #lookedAt = 0;
  #stopped = new AbortController();
  #running: Promise<void>;

  constructor(systemPool: pg.Pool, hints: Hints, log: Logger) {
    this.#pool = systemPool;
    this.#log = log;
    hints
      .subscribe(
        eventLogChannel,
        (payload) => {
          this.#onHint(payload);
        },
        () => {
          this.#lookAtAll();
        },
      )
      .catch((error: unknown) => {
        log.warn({ err: error }, 'no event log hints; polling instead');
      });
    this.#running = this.#follow();
  }

  /** Position of the newest event of a workspace, 0 when it has none. */
  async head(workspaceId: string): Promise<number> {
    const { rows } = await this.#pool.query<{ pos: number }>({
      name: 'feed-head',
      text: 'select pos from event_log_head where workspace_id = $1',
      values: [workspaceId],
    });
    return rows[0]?.pos ?? 0;
  }

  /**
   * Events of a workspace after `after` (from now on when null), until the signal aborts.
   * Throws CursorExpiredError when the log no longer holds all of them. A database that is away is waited for, for 20 s:
   * clients take an error for the end, and come back by themselves only when a connection is lost.
   */
  async *read(
    workspaceId: string,
    after: number | null,
    signal: AbortSignal,
  ): AsyncGenerator<FeedEvent, void> {
    const ring = await this.#patiently(signal, () => this.#enter(workspaceId));
    try {
      let pos = after ?? (await this.#patiently(signal, () => this.head(workspaceId)));
      if (after !== null) await this.#patiently(signal, () => this.#checkCursor(workspaceId, after));
      while (!signal.aborted && !this.#stopped.signal.aborted) {
        if (pos >= ring.last) {
          await this.#nextEvents(ring, signal);
          continue;
        }
        const recent = ring.at(pos + 1);
        if (recent !== undefined) {
          pos += 1;
          yield recent;
          continue;
        }
        const from = pos;
        const page = await this.#patiently(signal, () => this.#pageAfter(ring, from));
        if (page.length === 0) throw new CursorExpiredError();
        for (const event of page) {
          if (event.pos !== pos + 1) throw new CursorExpiredError();
          pos = event.pos;
          yield event;
        }
      }
    } finally {
      ring.readers -= 1;
    }
  }

  /** Does what may fail while the database is away again and again, as long as a reader waits for it. */
  async #patiently<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    const backOff = new BackOff(20, 1_000);
    for (const deadline = Date.now() + patienceMs; ;) {
      try {
        return await work();
      } catch (error) {
        const stopped = signal.aborted || this.#stopped.signal.aborted;
        if (!isOutage(error) || stopped || Date.now() > deadline) throw error;
        this.#log.warn({ err: error }, 'the event log could not be read for a reader');
        await pause(backOff.next(), signal);
      }
    }
  }

  async close(): Promise<void> {
    this.#stopped.abort();
    this.#wake.wake();
    for (const ring of this.#open.values()) for (const resume of ring.waiting) resume();
    await this.#running;
  }

  async #enter(workspaceId: string): Promise<WorkspaceRing> {
    const ring = await this.#opened(workspaceId);
    // Between opening and now an unused ring may have been dropped; a dropped one is never fed again.
    if (this.#open.get(workspaceId) !== ring) return this.#enter(workspaceId);
    ring.readers += 1;
    return ring;
  }

  #opened(workspaceId: string): Promise<WorkspaceRing> {
    let opening = this.#rings.get(workspaceId);
    if (opening === undefined) {
      opening = this.head(workspaceId).then((last) => {
        const ring = new WorkspaceRing(workspaceId, last);
        this.#open.set(workspaceId, ring);
        // What was committed between reading the head and here is found by looking once more.
        this.#dirty.add(workspaceId);
        this.#wake.wake();
        return ring;
      });
      this.#rings.set(workspaceId, opening);
      opening.catch(() => this.#rings.delete(workspaceId));
    }
    return opening;
  }

  #nextEvents(ring: WorkspaceRing, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        ring.waiting.delete(done);
        signal.removeEventListener('abort', done);
        resolve();
      };
      ring.waiting.add(done);
      signal.addEventListener('abort', done, { once: true });
      if (signal.aborted || this.#stopped.signal.aborted) done();
    });
  }

  async #checkCursor(workspaceId: string, after: number): Promise<void> {
    const { rows } = await this.#pool.query<{ first: number | null; head: number | null }>({
      name: 'feed-bounds',
      text: `select (select pos from event_log where workspace_id = $1 order by pos limit 1) as first,
                    (select pos from event_log_head where workspace_id = $1) as head`,
      values: [workspaceId],
    });
    const head = rows[0]?.head ?? 0;
    const first = rows[0]?.first ?? head + 1;
    if (after > head || after + 1 < first) throw new CursorExpiredError();
  }

  /** Events after a position of the past, from its page alone where that is complete. */
  async #pageAfter({ workspaceId, last }: WorkspaceRing, pos: number): Promise<readonly FeedEvent[]> {
    const start = pos - (pos % pageSize);
    // One that is not complete yet may lack what was committed after somebody else had read it.
    if (start + pageSize > last) return this.#page(workspaceId, pos);
    const page = await this.#past.page(workspaceId, start, () => this.#page(workspaceId, start));
    return page.filter((event) => event.pos > pos);
  }

  async #page(workspaceId: string, after: number): Promise<FeedEvent[]> {
    const { rows } = await this.#pool.query<FeedEvent>({
      name: 'feed-page',
      text: `select pos, event_id as "eventId", topic, payload, at from event_log
              where workspace_id = $1 and pos > $2 order by pos limit $3`,
      values: [workspaceId, after, pageSize],
    });
    return rows;
  }

  #onHint(payload: string): void {
    try {
      for (const [workspaceId, pos] of JSON.parse(payload) as [string, number][]) {
        const ring = this.#open.get(workspaceId);
        if (ring !== undefined && pos > ring.last) this.#dirty.add(workspaceId);
      }
    } catch {
      this.#lookAtAll();
    }
    if (this.#dirty.size > 0) this.#wake.wake();
  }

  #lookAtAll(): void {
    this.#lookedAt = Date.now();
    this.#past.tidy();
    for (const [workspaceId, ring] of this.#open) {
      if (ring.readers > 0) this.#dirty.add(workspaceId);
      else this.#drop(workspaceId);
    }
    if (this.#dirty.size > 0) this.#wake.wake();
  }

  #drop(workspaceId: string): void {
    this.#open.delete(workspaceId);
    this.#rings.delete(workspaceId);
    // Nobody hears of erasures in it any more.
    this.#past.forget(workspaceId);
  }

  async #follow(): Promise<void> {
    const backOff = new BackOff(20, 1_000);
    while (!this.#stopped.signal.aborted) {
      if (this.#dirty.size === 0) await this.#wake.wait(silenceMs, this.#stopped.signal);
      // However busy other workspaces are: the hint of a quiet one may have been lost.
      if (Date.now() - this.#lookedAt >= silenceMs) this.#lookAtAll();
      for (const workspaceId of this.#dirty) {
        if (this.#stopped.signal.aborted) return;
        const ring = this.#open.get(workspaceId);
        this.#dirty.delete(workspaceId);
        if (ring === undefined) continue;
        try {
          const page = await this.#page(workspaceId, ring.last);
          if (ring.append(page)) this.#past.forget(workspaceId);
          if (page.length === pageSize) this.#dirty.add(workspaceId);
          backOff.reset();
        } catch (error) {
          this.#dirty.add(workspaceId);
          this.#log.warn({ err: error }, 'the event log could not be read');
          await pause(backOff.next(), this.#stopped.signal);
        }
      }
    }
  }
}
