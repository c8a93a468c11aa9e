import { jobs, type AssignTicket } from '@smart-tickets/contracts';
import { createTestDatabase, type TestDatabase } from '@smart-tickets/testing/databases';
import { eventually } from '@smart-tickets/testing/eventually';
import { queueBackends, type TestQueues } from '@smart-tickets/testing/queue-backends';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Redis } from 'ioredis';
import pg from 'pg';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { EventFeed } from './event-feed.ts';
import { eventTableStatements } from './event-tables.ts';
import { createHints, type Hints } from './hints.ts';
import { newId } from './ids.ts';
import { isolate, roleStatements, schemaGrants } from './isolation.ts';
import { pause } from './limits.ts';
import { createLogger } from './logger.ts';
import { appendEvents, markConsumed } from './outbox.ts';
import { appRole, createPool, inWorkspace, systemRole } from './postgres.ts';
import { openQueues, type QueueBackend } from './queues.ts';
import { ok } from './result.ts';
import { startSequencer, type Sequencer } from './sequencer.ts';

class ChaosTables1763800000001 implements MigrationInterface {
  readonly name = 'ChaosTables1763800000001';

  async up(runner: QueryRunner): Promise<void> {
    const statements = [
      ...roleStatements,
      ...schemaGrants,
      ...eventTableStatements,
      `create table thing (workspace_id uuid not null, id uuid not null, version integer not null, primary key (workspace_id, id))`,
      ...isolate('thing'),
      `create table effect (workspace_id uuid not null, event_id uuid not null, thing_id uuid not null, version integer not null)`,
      ...isolate('effect'),
    ];
    for (const statement of statements) await runner.query(statement);
  }

  async down(): Promise<void> {
    // A test database is dropped whole.
  }
}

/** A random number generator that can be repeated. Source: mulberry32, public domain. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const log = createLogger('chaos', 'silent');
const workspaces = [newId(), newId()];
const things = Array.from({ length: 12 }, () => newId());
const rounds = 120;

interface Replica {
  readonly seen: Map<string, { pos: number; thing: string; version: number }[]>;
  stop(): Promise<void>;
}

describe.each(queueBackends)('with connections killed at random on $name', ({ name, open }) => {
  const seed = Number(process.env['TEST_SEED'] ?? Date.now() % 1_000_000);
  const random = seeded(seed);
  let database: TestDatabase;
  let testQueues: TestQueues;
  let pool: pg.Pool;
  let killer: pg.Client;
  let redisKiller: Redis | undefined;
  const ends: (() => Promise<unknown>)[] = [];

  beforeAll(async () => {
    database = await createTestDatabase([ChaosTables1763800000001]);
    testQueues = await open();
    pool = createPool(database.url, appRole, 'writers', 8, log);
    killer = new pg.Client({ connectionString: database.url, application_name: 'killer' });
    await killer.connect();
    if (name === 'redis') redisKiller = new Redis(testQueues.url);
    const setUp = createPool(database.url, systemRole, 'set-up', 1, log);
    for (const workspaceId of workspaces) {
      await setUp.query(`insert into thing select $1, unnest($2::uuid[]), 0`, [workspaceId, things]);
    }
    await setUp.end();
  });

  afterAll(async () => {
    for (const end of ends) await end();
    await pool.end();
    await killer.end();
    redisKiller?.disconnect();
    await testQueues.drop();
    await database.drop();
  });

  function hintsOf(systemPool: pg.Pool): Hints {
    const { url: queueUrl, namespace } = testQueues;
    return createHints({ queueUrl, databaseUrl: database.url, namespace, service: 'chaos' }, systemPool, log);
  }

  function replica(): Replica {
    const systemPool = createPool(database.url, systemRole, 'replica', 2, log);
    const hints = hintsOf(systemPool);
    const feed = new EventFeed(systemPool, hints, log);
    const stopped = new AbortController();
    const seen: Replica['seen'] = new Map(workspaces.map((workspaceId) => [workspaceId, []]));
    const running = workspaces.map(async (workspaceId) => {
      const list = seen.get(workspaceId) ?? [];
      while (!stopped.signal.aborted) {
        try {
          for await (const event of feed.read(workspaceId, list.at(-1)?.pos ?? 0, stopped.signal)) {
            const payload = event.payload as AssignTicket;
            list.push({ pos: event.pos, thing: payload.ticketId, version: Number(payload.reason) });
          }
        } catch {
          // What a client does when its stream fails: it comes back with its cursor.
          await pause(20);
        }
      }
    });
    return {
      seen,
      async stop() {
        stopped.abort();
        await Promise.all(running);
        await feed.close();
        await hints.close();
        await systemPool.end();
      },
    };
  }

  function sequencer(queues: QueueBackend): Sequencer & { hints: Hints; systemPool: pg.Pool } {
    const systemPool = createPool(database.url, systemRole, 'sequencer-pool', 2, log);
    const hints = hintsOf(systemPool);
    return {
      ...startSequencer({ databaseUrl: database.url, service: 'chaos', queues, hints, log }),
      hints,
      systemPool,
    };
  }

  /** Changes one thing and writes its event; the event's id when the commit was confirmed. */
  async function write(workspaceId: string, thing: string): Promise<string | null> {
    const eventId = newId();
    try {
      await inWorkspace<undefined, never>(pool, workspaceId, async (tx) => {
        const { rows } = await tx.query<{ version: number }>({
          text: 'update thing set version = version + 1 where workspace_id = $1 and id = $2 returning version',
          values: [workspaceId, thing],
        });
        appendEvents(tx, [
          {
            id: eventId,
            topic: 'routing.assignment-decided',
            payload: {
              ticketId: thing,
              teamId: thing,
              assigneeId: null,
              inPlaceOf: null,
              reason: String(rows[0]?.version),
            },
            cause: { requestId: 'chaos', eventId: null, depth: 0 },
          },
        ]);
        return ok(undefined);
      });
      return eventId;
    } catch {
      return null;
    }
  }

  async function killSome(): Promise<number> {
    const { rows } = await killer.query<{ pid: number }>(
      `select pid from pg_stat_activity where datname = current_database() and application_name <> 'killer'`,
    );
    const victims = rows.filter(() => random() < 0.25);
    for (const { pid } of victims) await killer.query('select pg_terminate_backend($1)', [pid]);
    if (redisKiller === undefined) return victims.length;
    const clients = String(await redisKiller.client('LIST'))
      .split('\n')
      .filter((line) => line.includes(testQueues.namespace) && random() < 0.25)
      .map((line) => /^id=(\d+)/.exec(line)?.[1] ?? '');
    for (const id of clients) await redisKiller.client('KILL', 'ID', id);
    return victims.length + clients.length;
  }

  test(`every replica is exact and in order, and every job has one effect (TEST_SEED=${seed})`, async () => {
    const queues = openQueues(testQueues.url, testQueues.namespace, log);
    const workers = openQueues(testQueues.url, testQueues.namespace, log);
    const consumerPool = createPool(database.url, appRole, 'consumer', 8, log);
    workers.work(jobs.assignTicket, {
      handle: async (job) => {
        await inWorkspace<undefined, never>(consumerPool, job.workspaceId, async (tx) => {
          if (!(await markConsumed(tx, 'chaos', job.id))) return ok(undefined);
          await tx.query({
            text: 'insert into effect values ($1, $2, $3, $4)',
            values: [job.workspaceId, job.id, job.payload.ticketId, Number(job.payload.reason)],
          });
          return ok(undefined);
        });
      },
    });
    const sequencers = [sequencer(queues), sequencer(queues)];
    const replicas = [replica(), replica(), replica()];
    ends.push(
      () => Promise.all(replicas.map((one) => one.stop())),
      () => Promise.all(sequencers.map((one) => one.stop())),
      () => Promise.all(sequencers.flatMap((one) => [one.hints.close(), one.systemPool.end()])),
      () => workers.close(),
      () => queues.close(),
      () => consumerPool.end(),
    );

    const acknowledged: string[] = [];
    let kills = 0;
    for (let round = 0; round < rounds; round += 1) {
      const written = await Promise.all(
        Array.from({ length: 8 }, () =>
          write(
            workspaces[Math.floor(random() * 2)] ?? '',
            things[Math.floor(random() * things.length)] ?? '',
          ),
        ),
      );
      acknowledged.push(...written.filter((id) => id !== null));
      if (round % 10 === 5) kills += await killSome();
    }

    const logged = await eventually(async () => {
      const { rows } = await killer.query<{ workspace_id: string; pos: number; event_id: string }>(
        'select workspace_id, pos::int as pos, event_id from event_log order by workspace_id, pos',
      );
      const ids = new Set(rows.map((row) => row.event_id));
      return acknowledged.every((id) => ids.has(id)) ? rows : null;
    }, 45_000);
    for (const one of replicas) {
      for (const workspaceId of workspaces) {
        const expected = logged.filter((row) => row.workspace_id === workspaceId).map((row) => row.pos);
        await eventually(() => expect(one.seen.get(workspaceId)).toHaveLength(expected.length), 45_000);
        const seen = one.seen.get(workspaceId) ?? [];
        expect(seen.map(({ pos }) => pos)).toEqual(
          Array.from({ length: expected.length }, (_, index) => index + 1),
        );
        for (const thing of things) {
          const versions = seen.filter((event) => event.thing === thing).map(({ version }) => version);
          expect(versions).toEqual(Array.from({ length: versions.length }, (_, index) => index + 1));
        }
      }
    }
    const effects = await eventually(async () => {
      const { rows } = await killer.query<{ event_id: string }>('select event_id from effect');
      return rows.length < logged.length ? null : rows;
    }, 45_000);
    expect(effects.map((row) => row.event_id).sort()).toEqual(logged.map((row) => row.event_id).sort());
    expect(kills).toBeGreaterThan(10);
    expect(acknowledged.length).toBeGreaterThan(rounds * 4);
  }, 180_000);
});
