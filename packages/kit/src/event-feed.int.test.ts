import { createTestDatabase, type TestDatabase } from '@smart-tickets/testing/databases';
import { eventually } from '@smart-tickets/testing/eventually';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { CursorExpiredError, EventFeed } from './event-feed.ts';
import { eventTableStatements } from './event-tables.ts';
import { PostgresHints } from './hints.ts';
import { newId } from './ids.ts';
import { roleStatements, schemaGrants } from './isolation.ts';
import { createLogger } from './logger.ts';
import { migrate } from './migrate.ts';
import { createPool, systemRole } from './postgres.ts';

class EventTables1763800000002 implements MigrationInterface {
  readonly name = 'EventTables1763800000002';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [...roleStatements, ...schemaGrants, ...eventTableStatements]) {
      await runner.query(statement);
    }
  }

  async down(): Promise<void> {
    // A test database is dropped whole.
  }
}

const log = createLogger('feed', 'silent');
let database: TestDatabase;
let pool: pg.Pool;
let hints: PostgresHints;
let feed: EventFeed;

beforeAll(async () => {
  database = await createTestDatabase([EventTables1763800000002]);
  pool = createPool(database.url, systemRole, 'feed', 4, log);
  hints = new PostgresHints(database.url, pool, log);
  feed = new EventFeed(pool, hints, log);
});
afterAll(async () => {
  await feed.close();
  await hints.close();
  await pool.end();
  await database.drop();
});

async function appendLog(workspaceId: string, from: number, to: number, topic = 't'): Promise<void> {
  await pool.query(
    `with head as (insert into event_log_head values ($1, $3)
                   on conflict (workspace_id) do update set pos = excluded.pos)
     insert into event_log (workspace_id, pos, event_id, topic, payload, cause, at)
     select $1, n, gen_random_uuid(), $4, '{}', '{}', now() from generate_series($2::int, $3::int) n`,
    [workspaceId, from, to, topic],
  );
}

async function take(workspaceId: string, after: number | null, count: number): Promise<number[]> {
  const stopped = new AbortController();
  const seen: number[] = [];
  for await (const event of feed.read(workspaceId, after, stopped.signal)) {
    seen.push(event.pos);
    if (seen.length === count) break;
  }
  return seen;
}

const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index);

describe('reading the event log live', () => {
  test('replays what was missed over many pages, then follows without any hint', async () => {
    const workspaceId = newId();
    await appendLog(workspaceId, 1, 1_700);

    const reading = take(workspaceId, 100, 1_650);
    await appendLog(workspaceId, 1_701, 1_750);

    expect(await reading).toEqual(range(101, 1_750));
  });

  test('without a cursor begins with what comes next', async () => {
    const workspaceId = newId();
    await appendLog(workspaceId, 1, 5);
    const stopped = new AbortController();
    const events = feed.read(workspaceId, null, stopped.signal);
    let came = false;
    const next = events.next().then((result) => {
      came = true;
      return result;
    });
    // The reader has its place as soon as the feed follows the workspace.
    await eventually(async () => {
      await appendLog(workspaceId, (await feed.head(workspaceId)) + 1, (await feed.head(workspaceId)) + 1);
      return came;
    });

    const first = (await next).value?.pos ?? 0;
    expect(first).toBeGreaterThan(5);
    stopped.abort();
    await events.return();
  });

  test.each([
    ['older than what is kept', 3, true],
    ['just at the edge of what is kept', 4, false],
    ['of an event that never was', 11, true],
  ])('a cursor %s', async (_name, after, expired) => {
    const workspaceId = newId();
    await appendLog(workspaceId, 1, 10);
    await pool.query('delete from event_log where workspace_id = $1 and pos < 5', [workspaceId]);

    const reading = take(workspaceId, after, 6);

    if (expired) await expect(reading).rejects.toThrow(CursorExpiredError);
    else expect(await reading).toEqual(range(5, 10));
  });

  test('a cursor at the end of a log that was trimmed whole goes on', async () => {
    const workspaceId = newId();
    await appendLog(workspaceId, 1, 3);
    await pool.query('delete from event_log where workspace_id = $1', [workspaceId]);

    const reading = take(workspaceId, 3, 1);
    await appendLog(workspaceId, 4, 4);

    expect(await reading).toEqual([4]);
  });

  test('a reader whose connection to the database is lost goes on as if nothing had been', async () => {
    const workspaceId = newId();
    await appendLog(workspaceId, 1, 900);
    const locker = new pg.Client(database.url);
    await locker.connect();
    await locker.query('begin');
    await locker.query('lock table event_log in access exclusive mode');
    const reading = take(workspaceId, 0, 900);

    await eventually(async () => {
      const { rowCount } = await locker.query(
        `select pg_terminate_backend(pid) from pg_stat_activity
          where datname = current_database() and wait_event_type = 'Lock' and query like '%event_log%'`,
      );
      return rowCount !== null && rowCount > 0;
    });
    await locker.query('commit');
    await locker.end();

    expect(await reading).toEqual(range(1, 900));
  });

  test('readers that replay the same at once are each given all of it', async () => {
    const workspaceId = newId();
    await appendLog(workspaceId, 1, 1_050);

    const all = await Promise.all(
      Array.from({ length: 20 }, (_, nth) => take(workspaceId, nth * 7, 1_050 - nth * 7)),
    );

    expect(all).toEqual(Array.from({ length: 20 }, (_, nth) => range(nth * 7 + 1, 1_050)));
  });

  test('what an erasure has changed in the log is not served from memory', async () => {
    const workspaceId = newId();
    await appendLog(workspaceId, 1, 600);
    await take(workspaceId, 0, 600);
    const live = take(workspaceId, null, 2);
    await pool.query(`update event_log set payload = '{"erased": true}' where workspace_id = $1`, [
      workspaceId,
    ]);
    await appendLog(workspaceId, 601, 601, 'customer.erasure-requested');
    await appendLog(workspaceId, 602, 602);
    await live;

    const stopped = new AbortController();
    const payloads = [];
    for await (const event of feed.read(workspaceId, 0, stopped.signal)) {
      if (payloads.push(event.payload) === 600) break;
    }

    expect(payloads).toEqual(Array.from({ length: 600 }, () => ({ erased: true })));
  });

  test('a reader so slow that the shared memory has moved on reads from the log', async () => {
    const workspaceId = newId();
    await appendLog(workspaceId, 1, 1);
    const stopped = new AbortController();
    const slow = feed.read(workspaceId, 0, stopped.signal);
    const seen = [(await slow.next()).value?.pos];
    const fast = take(workspaceId, 1, 2_999);
    await appendLog(workspaceId, 2, 3_000);
    await fast;

    while (seen.length < 3_000) seen.push((await slow.next()).value?.pos);

    expect(seen).toEqual(range(1, 3_000));
    stopped.abort();
    await slow.return();
  });
});

test('several processes migrating at once apply each migration once', async () => {
  const again = await createTestDatabase([]);
  try {
    const all = [1, 2, 3].map(() => migrate(again.url, [EventTables1763800000002]));
    await expect(Promise.all(all)).resolves.toHaveLength(3);
  } finally {
    await again.drop();
  }
});
