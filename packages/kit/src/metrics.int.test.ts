import { createTestDatabase, type TestDatabase } from '@smart-tickets/testing/databases';
import { afterAll, beforeAll, beforeEach, expect, jest, test } from '@jest/globals';
import type pg from 'pg';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { eventTableStatements } from './event-tables.ts';
import { roleStatements, schemaGrants } from './isolation.ts';
import { createLogger } from './logger.ts';
import { createMetrics, type ServiceGauge } from './metrics.ts';
import { createPool, systemRole } from './postgres.ts';

class EventTables1763800000004 implements MigrationInterface {
  readonly name = 'EventTables1763800000004';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [...roleStatements, ...schemaGrants, ...eventTableStatements]) {
      await runner.query(statement);
    }
  }

  async down(): Promise<void> {
    // A test database is dropped whole.
  }
}

const log = createLogger('metrics', 'silent');
const warnings = jest.spyOn(log, 'warn');
let database: TestDatabase;
let systemPool: pg.Pool;
beforeAll(async () => {
  database = await createTestDatabase([EventTables1763800000004]);
  systemPool = createPool(database.url, systemRole, 'metrics', 3, log);
});
beforeEach(() => {
  warnings.mockClear();
});
afterAll(async () => {
  await systemPool.end();
  await database.drop();
});

const reads = (name: string, statement: () => string): ServiceGauge => ({
  name,
  help: name,
  read: async (pool) => (await pool.query<{ n: number }>(statement())).rows[0]?.n ?? 0,
});

/** The values of what is not of the process itself. */
const valuesOf = (text: string) =>
  text.split('\n').filter((line) => /^(smart_tickets|first|second)/.test(line));

test('a number that cannot be read is left out, counted and logged, and the others are told', async () => {
  let table = 'a_table_that_is_not_there';
  const metrics = createMetrics({ systemPool, log }, [
    reads('first', () => `select 3 as n from ${table}`),
    reads('second', () => 'select 4 as n'),
  ]);

  const failed = [await metrics(), await metrics()];
  table = '(select 1)';
  const later = await metrics();

  expect(valuesOf(failed[1]!)).toEqual([
    'smart_tickets_gauge_failures_total{gauge="first"} 2',
    'smart_tickets_outbox_events 0',
    'second 4',
  ]);
  expect(valuesOf(failed[0]!)).toContain('second 4');
  expect(warnings.mock.calls).toEqual(
    [1, 2].map(() => [
      { err: expect.objectContaining({ code: '42P01' }), gauge: 'first' },
      'a number of the metrics could not be read',
    ]),
  );
  expect(valuesOf(later)).toEqual(expect.arrayContaining(['first 3', 'second 4']));
});

test('a number that takes too long holds up no other', async () => {
  const first = { name: 'first', help: 'x', read: () => new Promise<number>(() => undefined) };
  const second = { name: 'second', help: 'x', read: () => Promise.resolve(4) };

  const text = await createMetrics({ systemPool, log }, [first, second], 50)();

  expect(valuesOf(text)).toEqual(
    expect.arrayContaining(['smart_tickets_gauge_failures_total{gauge="first"} 1', 'second 4']),
  );
});

test('without a database the numbers of the process are told', async () => {
  const elsewhere = new URL(database.url);
  elsewhere.pathname = '/not_there';
  const pool = createPool(elsewhere.href, systemRole, 'metrics', 3, log);
  try {
    const text = await createMetrics({ systemPool: pool, log })();

    expect(text).toContain('process_resident_memory_bytes ');
    expect(valuesOf(text)).toEqual([
      'smart_tickets_gauge_failures_total{gauge="smart_tickets_outbox_events"} 1',
    ]);
  } finally {
    await pool.end();
  }
});
