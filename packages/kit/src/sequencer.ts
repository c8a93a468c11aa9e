import pg from 'pg';
import { HandOver } from './hand-over.ts';
import type { Hints } from './hints.ts';
import { BackOff, Wake, pause } from './limits.ts';
import type { Logger } from './logger.ts';
import { connectionSettings, systemRole } from './postgres.ts';
import type { QueueBackend } from './queues.ts';

/** Hint channel on which writers tell that the outbox has rows. */
export const outboxChannel = 'outbox';
/** Hint channel on which the sequencer tells how far each workspace's event log has grown: JSON `[[workspaceId, pos], …]`. */
export const eventLogChannel = 'event_log';

const sequencerLockKey = 7_301_002;
/** Most events moved or handed over at once; halved while that fails, since a batch of large ones may be too much. */
const largestBatch = 200;
/** Without any hint the outbox is looked at this often. */
const pollMs = 1_000;
const followPollMs = 500;
/** Longer than a follower's poll, so that one whose surroundings are sound takes over from one that fails. */
const failurePauseMs = 1_000;
const headsInHint = 100;

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
 * late commit cannot be passed over, and whatever committed before a row was inserted comes before it. Jobs are handed
 * over from the log, in its order, and marked there afterwards: a hand-over that is repeated after a crash carries the
 * same job ids, which the queue recognises. While the queue is away the log goes on growing, and live updates flow.
 * See docs/adr/0003-outbox-and-event-log.md.
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
  const failures = new BackOff(failurePauseMs, 10_000);
  let leader = false;
  let batchSize = largestBatch;

  async function lead(client: pg.Client): Promise<void> {
    const handOver = new HandOver(client, queues, service, log);
    while (!stopped.signal.aborted) {
      const moved = await moveToLog(client, hints, log);
      const handed = await handOver.next(batchSize);
      failures.reset();
      if (handed < batchSize && moved < largestBatch) await wake.wait(pollMs, stopped.signal);
      batchSize = Math.min(batchSize * 2, largestBatch);
    }
  }

  async function run(): Promise<void> {
    while (!stopped.signal.aborted) {
      const client = new pg.Client(sequencerSettings(databaseUrl, service));
      client.on('error', () => undefined);
      let failed = false;
      try {
        await client.connect();
        while (!stopped.signal.aborted && !(leader = await tryLock(client)))
          await pause(followPollMs, stopped.signal);
        if (leader) await lead(client);
      } catch (error) {
        failed = true;
        batchSize = Math.max(1, Math.floor(batchSize / 2));
        log.warn({ err: error, batchSize }, 'the sequencer starts over');
      }
      leader = false;
      await client.end().catch(() => undefined);
      if (failed) await pause(failures.next(), stopped.signal);
    }
  }

  const look = (): void => {
    wake.wake();
  };
  hints.subscribe(outboxChannel, look, look).catch((error: unknown) => {
    log.warn({ err: error }, 'no outbox hints; polling instead');
  });
  const running = run();
  return {
    wake: look,
    isLeader: () => leader,
    async stop() {
      stopped.abort();
      await running;
    },
  };
}

/** A session that falls silent is ended by the server, and with it its hold on the lock. */
function sequencerSettings(databaseUrl: string, service: string): pg.ClientConfig {
  const settings = connectionSettings(databaseUrl, systemRole, `${service}-sequencer`);
  return { ...settings, options: `${settings.options ?? ''} -c idle_session_timeout=15000` };
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
      from batch b join gone on gone.id = b.id join heads on heads.workspace_id = b.workspace_id)
  select heads.workspace_id, heads.pos, (select count(*) from batch) as moved from heads`;

async function moveToLog(client: pg.Client, hints: Hints, log: Logger): Promise<number> {
  const { rows } = await client.query<{ workspace_id: string; pos: number; moved: number }>({
    name: 'move-outbox',
    text: moveSql,
    values: [largestBatch],
  });
  const heads = rows.map((row) => [row.workspace_id, row.pos]);
  for (let from = 0; from < heads.length; from += headsInHint) {
    hints
      .publish(eventLogChannel, JSON.stringify(heads.slice(from, from + headsInHint)))
      .catch((error: unknown) => {
        log.debug({ err: error }, 'an event log hint was lost');
      });
  }
  return rows[0]?.moved ?? 0;
}
