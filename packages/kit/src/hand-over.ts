import { routesOf, type Cause, type JobContract, type JobEnvelope } from '@smart-tickets/contracts';
import type pg from 'pg';
import { withLimit } from './limits.ts';
import type { Logger } from './logger.ts';
import type { QueueBackend } from './queues.ts';

/** Of a queue that came back empty, what was handed over within this time is handed over again, in hours. */
export const refillHours = 24;
const refillMs = refillHours * 3_600_000;
const handOverLimitMs = 15_000;
/** A queue that does not answer must not hold up the log, which goes on without it. */
const readLimitMs = 1_000;
/** Events that one statement looks at when a queue is filled again. */
const refillStep = 5_000;

interface LoggedEvent {
  workspace_id: string;
  pos: number;
  event_id: string;
  topic: string;
  payload: unknown;
  cause: Cause;
  at: string;
}

/** How far a log was looked at for what has to be handed over again. */
interface RefillStep {
  workspace_id: string;
  pos: number;
  cleared: number;
}

/** That a queue's mark could not be read, and why. */
class Unread {
  readonly reason: unknown;

  constructor(reason: unknown) {
    this.reason = reason;
  }
}

/** What the database and the queue each know of the last hand-over; null where none is known. */
export interface Marks {
  readonly remembered: number | null;
  readonly found: number | null;
}

/**
 * Since when events have to be handed over again, as milliseconds since 1970; null when the queue has all it was given. A
 * queue with a newer mark than the database has only missed that the hand-over was noted, which is repeated anyway.
 */
export function lostSince({ remembered, found }: Marks): number | null {
  if (remembered === null || (found !== null && found >= remembered)) return null;
  return found ?? remembered - refillMs;
}

/**
 * Hands the jobs of logged events over, in the log's order, on the connection that holds the sequencer's lock. A queue that
 * can lose what it was given (Redis) is told a mark after each batch, and the database notes the same one with the batch:
 * a queue whose mark is gone or older has lost jobs, and is given again what followed that mark. Consumers know by their
 * inbox what they have had.
 */
export class HandOver {
  #client: pg.Client;
  #queues: QueueBackend;
  #service: string;
  #log: Logger;
  /** The mark that the database holds; undefined until it is read. */
  #remembered: number | null | undefined;

  constructor(client: pg.Client, queues: QueueBackend, service: string, log: Logger) {
    this.#client = client;
    this.#queues = queues;
    this.#service = service;
    this.#log = log;
  }

  /**
   * Hands at most `limit` events over; gives back how many. Throws when the queue cannot take them, or has lost what it
   * had meanwhile: then the next call begins with that.
   */
  async next(limit: number): Promise<number> {
    const found = await this.#refillWhatWasLost().catch((error: unknown) => new Unread(error));
    const { rows } = await this.#client.query<LoggedEvent>({
      name: 'log-waiting',
      text: waitingSql,
      values: [limit],
    });
    // A queue that is away disturbs nobody who has nothing for it.
    if (rows.length === 0) return 0;
    if (found instanceof Unread) throw found.reason;
    const mark = Math.max(Date.now(), (this.#remembered ?? 0) + 1, (found ?? 0) + 1);
    await withLimit(this.#give(rows, found, mark), handOverLimitMs, 'handing jobs over');
    const handed = [rows.map((row) => row.workspace_id), rows.map((row) => row.pos), iso(mark)];
    await this.#client.query({ name: 'log-handed', text: handedSql, values: handed });
    if (this.#queues.marks === null) return rows.length;
    // After the events: should this be lost, the queue's mark is the newer one, which says nothing worse.
    await this.#client.query({ name: 'queue-mark-set', text: rememberSql, values: [mark] });
    this.#remembered = mark;
    return rows.length;
  }

  async #give(events: readonly LoggedEvent[], found: number | null, mark: number): Promise<void> {
    const { marks } = this.#queues;
    const first = marks === null ? null : (found ?? mark - 1);
    // A queue that is new here is told a mark before it gets anything, so that it cannot be lost unseen from the first job on.
    if (found === null && first !== null) await this.#write(null, first);
    await addJobs(events, this.#queues);
    // Behind the jobs: a queue that has kept the mark has kept them.
    if (first !== null) await this.#write(first, mark);
  }

  async #write(expected: number | null, mark: number): Promise<void> {
    const written = await this.#queues.marks?.replace(this.#service, expected, mark);
    if (written === false) throw new Error('the queue has lost its mark while jobs were handed over');
  }

  /** Looks whether the queue has lost jobs, and has them handed over again; gives back the queue's mark. */
  async #refillWhatWasLost(): Promise<number | null> {
    const { marks } = this.#queues;
    if (marks === null) return null;
    if (this.#remembered === undefined) {
      const { rows } = await this.#client.query<{ mark: number }>('select mark from queue_mark');
      this.#remembered = rows[0]?.mark ?? null;
    }
    const found = await withLimit(marks.read(this.#service), readLimitMs, 'reading the mark of the queue');
    const since = lostSince({ remembered: this.#remembered, found });
    if (since !== null) await this.#refill(since, found);
    return found;
  }

  async #refill(since: number, found: number | null): Promise<void> {
    let events = 0;
    let after: RefillStep | undefined = {
      workspace_id: '00000000-0000-0000-0000-000000000000',
      pos: 0,
      cleared: 0,
    };
    while (after !== undefined) {
      const values: unknown[] = [after.workspace_id, after.pos, iso(since), refillStep];
      const step: pg.QueryResult<RefillStep> = await this.#client.query<RefillStep>({
        name: 'log-refill',
        text: refillSql,
        values,
      });
      after = step.rows[0];
      events += after?.cleared ?? 0;
    }
    // Last: what breaks off before is done again.
    if (found === null) await this.#client.query('delete from queue_mark');
    else await this.#client.query({ name: 'queue-mark-set', text: rememberSql, values: [found] });
    this.#remembered = found;
    this.#log.error(
      { since: iso(since), events, service: this.#service },
      'the queue has lost jobs: events are handed over again',
    );
  }
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}

const waitingSql = `
  select workspace_id, pos, event_id, topic, payload, cause, at from event_log
   where not handed_over order by workspace_id, pos limit $1`;
const handedSql = `
  update event_log l set handed_over = true, handed_at = $3
    from unnest($1::uuid[], $2::bigint[]) as h(workspace_id, pos)
   where l.workspace_id = h.workspace_id and l.pos = h.pos`;
const rememberSql = `
  insert into queue_mark (only_one, mark) values (true, $1)
  on conflict (only_one) do update set mark = excluded.mark`;
// Goes through the log by its key, some thousand events at a time; an event that was erased was handed over at -infinity.
const refillSql = `
  with looked as (
    select workspace_id, pos, handed_over and coalesce(handed_at, at) > $3::timestamptz as lost
      from event_log where (workspace_id, pos) > ($1::uuid, $2::bigint) order by workspace_id, pos limit $4),
  cleared as (
    update event_log l set handed_over = false from looked k
     where k.lost and l.workspace_id = k.workspace_id and l.pos = k.pos
    returning 1)
  select workspace_id, pos, (select count(*) from cleared) as cleared from looked
   order by workspace_id desc, pos desc limit 1`;

async function addJobs(events: readonly LoggedEvent[], queues: QueueBackend): Promise<void> {
  const byQueue = new Map<JobContract<unknown>, JobEnvelope<unknown>[]>();
  for (const event of events) {
    for (const route of routesOf(event.topic, event.payload)) {
      const jobs = byQueue.get(route.contract) ?? [];
      byQueue.set(route.contract, jobs);
      jobs.push({
        id: event.event_id,
        workspaceId: event.workspace_id,
        pos: event.pos,
        cause: event.cause,
        at: event.at,
        payload: route.payload,
      });
    }
  }
  await Promise.all([...byQueue].map(([contract, jobs]) => queues.add(contract, jobs)));
}
