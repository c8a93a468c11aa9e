import { createTestDatabase, type TestDatabase } from '@smart-tickets/testing/databases';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type pg from 'pg';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { newId } from './ids.ts';
import { isolate, roleStatements, schemaGrants } from './isolation.ts';
import { createLogger } from './logger.ts';
import { appRole, createPool, inWorkspace, readInWorkspace, violatedConstraint } from './postgres.ts';
import { err, ok } from './result.ts';

class NoteTable1763800000003 implements MigrationInterface {
  readonly name = 'NoteTable1763800000003';

  async up(runner: QueryRunner): Promise<void> {
    const table = `create table note (workspace_id uuid not null, id integer not null,
                     constraint note_pk primary key (workspace_id, id))`;
    for (const statement of [...roleStatements, ...schemaGrants, table, ...isolate('note')]) {
      await runner.query(statement);
    }
  }

  async down(): Promise<void> {
    // A test database is dropped whole.
  }
}

let database: TestDatabase;
let pool: pg.Pool;

beforeAll(async () => {
  database = await createTestDatabase([NoteTable1763800000003]);
  pool = createPool(database.url, appRole, 'test', 2, createLogger('test', 'silent'));
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

const insert = (workspaceId: string, id: number) => ({
  text: 'insert into note values ($1, $2)',
  values: [workspaceId, id],
});

async function notes(workspaceId: string): Promise<number[]> {
  const rows = await readInWorkspace<{ id: number }>(pool, workspaceId, {
    text: 'select id from note order by id',
  });
  return rows.map(({ id }) => id);
}

describe('a transaction of one workspace', () => {
  test('keeps what was sent without waiting, and shows it to its workspace only', async () => {
    const [mine, other] = [newId(), newId()];

    await inWorkspace(pool, mine, (tx) => {
      tx.send(insert(mine, 1));
      tx.send(insert(mine, 2));
      return Promise.resolve(ok(undefined));
    });

    expect([await notes(mine), await notes(other)]).toEqual([[1, 2], []]);
  });

  test('keeps nothing after an error result', async () => {
    const mine = newId();

    const result = await inWorkspace(pool, mine, (tx) => {
      tx.send(insert(mine, 1));
      return Promise.resolve(err('no'));
    });

    expect([result, await notes(mine)]).toEqual([{ ok: false, error: 'no' }, []]);
  });

  test('fails with the first fault, whoever waited for it, and keeps nothing', async () => {
    const mine = newId();

    const running = inWorkspace(pool, mine, async (tx) => {
      tx.send(insert(mine, 1));
      tx.send(insert(mine, 1));
      await tx.query({ text: 'select 1 as late' });
      return ok(undefined);
    });

    const fault = await running.catch((error: unknown) => error);
    expect(violatedConstraint(fault)).toBe('note_pk');
    expect(await notes(mine)).toEqual([]);
  });

  test('is run again when Postgres ends it to resolve a deadlock', async () => {
    const mine = newId();
    const bothHold = Promise.withResolvers<void>();
    let holding = 0;
    let runs = 0;
    const inOrder = (first: number, second: number) =>
      inWorkspace(pool, mine, async (tx) => {
        runs += 1;
        await tx.query({ text: 'select pg_advisory_xact_lock(77, $1)', values: [first] });
        holding += 1;
        if (holding === 2) bothHold.resolve();
        await bothHold.promise;
        await tx.query({ text: 'select pg_advisory_xact_lock(77, $1)', values: [second] });
        tx.send(insert(mine, first));
        return ok(undefined);
      });

    await Promise.all([inOrder(1, 2), inOrder(2, 1)]);

    expect([runs, await notes(mine)]).toEqual([3, [1, 2]]);
  });

  test('cannot write into another workspace', async () => {
    const running = inWorkspace(pool, newId(), (tx) => {
      tx.send(insert(newId(), 1));
      return Promise.resolve(ok(undefined));
    });

    await expect(running).rejects.toThrow(/row-level security/);
  });

  test('gives its connection back after every kind of end', async () => {
    const mine = newId();
    for (let round = 0; round < 20; round += 1) {
      await inWorkspace(pool, mine, () => Promise.reject(new Error('thrown'))).catch(() => undefined);
      await inWorkspace(pool, mine, (tx) => {
        // Nobody waits for this one.
        void tx.query({ text: 'select nonsense' });
        return Promise.resolve(ok(undefined));
      }).catch(() => undefined);
    }

    expect([pool.totalCount <= 2, pool.waitingCount, await notes(mine)]).toEqual([true, 0, []]);
  });
});

test.each([
  ['2026-11-22 14:51:00+00', '2026-11-22T14:51:00.000Z'],
  ['2026-11-22 14:51:00.5+00', '2026-11-22T14:51:00.500Z'],
  ['2026-11-22 14:51:00.123999+00', '2026-11-22T14:51:00.123Z'],
  ['2026-11-22 14:51:00+05:30', '2026-11-22T09:21:00.000Z'],
])(
  'gives the instant %s as ISO 8601 with milliseconds, whatever the zone of the session',
  async (text, iso) => {
    for (const zone of ['UTC', 'Asia/Kolkata']) {
      const result = await inWorkspace(pool, newId(), async (tx) => {
        tx.send({ text: `set local timezone = '${zone}'` });
        const { rows } = await tx.query<{ at: string }>({
          text: 'select $1::timestamptz as at',
          values: [text],
        });
        return ok(rows[0]?.at);
      });
      expect(result).toEqual(ok(iso));
    }
  },
);
