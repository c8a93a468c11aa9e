import { routesOf, type Cause, type JobContract, type JobEnvelope } from '@smart-tickets/contracts';
import pg from 'pg';
import type { Hints } from './hints.ts';
import { BackOff, Wake, pause, withLimit } from './limits.ts';
import type { Logger } from './logger.ts';
import { connectionSettings, systemRole } from './postgres.ts';
import type { QueueBackend } from './queues.ts';

/** Hint channel on which writers tell that the outbox has rows. */
export const outboxChannel = 'outbox';
/** Hint channel on which the sequencer tells how far each workspace's event log has grown: JSON `[[workspaceId, pos], …]`. */
export const eventLogChannel = 'event_log';

const sequencerLockKey = 7_301_002;
const batchSize = 200;
/** Without any hint the outbox is looked at this often. */
const pollMs = 1_000;
const followPollMs = 500;

interface LoggedEvent {
  workspace_id: string;
  pos: number;
  event_id: string;
  topic: string;
  payload: unknown;
  cause: Cause;
  at: string;
}

/** Running sequencer: `wake` after a commit that wrote events, `isLeader` for the health page. */
export interface Sequencer {
  wake(): void;
  isLeader(): boolean;
  stop(): Promise<void>;
}

/**
 * Moves outbox rows into the event log and hands their jobs over. One works per database, by an advisory lock that
 * lives and dies with the very connection that writes; the others wait.
 *
 * Rows are taken by identity among all that are committed, and deleted: nothing is remembered but what is gone, so a
 * late commit cannot be passed over, and whatever committed before a row was inserted comes before it. The jobs are
 * handed over before the commit; should that fail, the same rows get the same positions and the same job ids again,
 * which the queue recognises. See docs/adr/0003-outbox-and-event-log.md.
 */
export function startSequencer(options: {
  databaseUrl: string;
  service: string;
  queues: QueueBackend;
  hints: Hints;
  log: Logger;
}): Sequencer {
  const { databaseUrl, service, queues, hints, log } = options;
  const stopped = new AbortController();
  const wake = new Wake();
  let leader = false;

  async function lead(client: pg.Client): Promise<void> {
    while (!stopped.signal.aborted) {
      const moved = await moveBatch(client, queues, hints, log);
      if (moved < batchSize) await wake.wait(pollMs, stopped.signal);
    }
  }

  async function run(): Promise<void> {
    const backOff = new BackOff(50, 2_000);
    while (!stopped.signal.aborted) {
      const client = new pg.Client(connectionSettings(databaseUrl, systemRole, `${service}-sequencer`));
      client.on('error', () => undefined);
      try {
        await client.connect();
        while (!stopped.signal.aborted && !(leader = await tryLock(client)))
          await pause(followPollMs, stopped.signal);
        backOff.reset();
        if (leader) await lead(client);
      } catch (error) {
        log.warn({ err: error }, 'the sequencer starts over');
        await pause(backOff.next(), stopped.signal);
      } finally {
        leader = false;
        await client.end().catch(() => undefined);
      }
    }
  }

  const listening = hints.subscribe(
    outboxChannel,
    () => {
      wake.wake();
    },
    () => {
      wake.wake();
    },
  );
  listening.catch((error: unknown) => {
    log.warn({ err: error }, 'no outbox hints; polling instead');
  });
  const running = run();
  return {
    wake: () => {
      wake.wake();
    },
    isLeader: () => leader,
    async stop() {
      stopped.abort();
      await running;
    },
  };
}

async function tryLock(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query<{ locked: boolean }>('select pg_try_advisory_lock($1) as locked', [
    sequencerLockKey,
  ]);
  return rows[0]?.locked === true;
}

const moveSql = `
  with batch as (
    select o.id, o.workspace_id,
           row_number() over (partition by o.workspace_id order by o.id) as nth,
           count(*) over (partition by o.workspace_id) as many
      from (select id, workspace_id from outbox order by id limit $1) o),
  gone as (
    delete from outbox o using batch b where o.workspace_id = b.workspace_id and o.id = b.id
    returning o.id, o.event_id, o.topic, o.payload, o.cause, o.created_at),
  heads as (
    insert into event_log_head as h (workspace_id, pos)
    select workspace_id, max(many) from batch group by workspace_id
    on conflict (workspace_id) do update set pos = h.pos + excluded.pos
    returning workspace_id, pos),
  logged as (
    insert into event_log (workspace_id, pos, event_id, topic, payload, cause, at)
    select b.workspace_id, heads.pos - b.many + b.nth, gone.event_id, gone.topic, gone.payload, gone.cause, gone.created_at
      from batch b join gone on gone.id = b.id join heads on heads.workspace_id = b.workspace_id
    returning workspace_id, pos, event_id, topic, payload, cause, at)
  select * from logged order by workspace_id, pos`;

async function moveBatch(
  client: pg.Client,
  queues: QueueBackend,
  hints: Hints,
  log: Logger,
): Promise<number> {
  await client.query('begin');
  let events: LoggedEvent[];
  try {
    events = (await client.query<LoggedEvent>({ name: 'move-outbox', text: moveSql, values: [batchSize] }))
      .rows;
    if (events.length > 0) await withLimit(handOver(events, queues), 15_000, 'handing jobs over');
    await client.query('commit');
  } catch (error) {
    await client.query('rollback').catch(() => undefined);
    throw error;
  }
  if (events.length > 0) {
    const heads = new Map(events.map((event) => [event.workspace_id, event.pos]));
    hints.publish(eventLogChannel, JSON.stringify([...heads])).catch((error: unknown) => {
      log.debug({ err: error }, 'an event log hint was lost');
    });
  }
  return events.length;
}

async function handOver(events: readonly LoggedEvent[], queues: QueueBackend): Promise<void> {
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
