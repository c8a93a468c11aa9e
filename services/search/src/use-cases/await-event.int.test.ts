import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { newId } from '@smart-tickets/kit/ids';
import { createLogger } from '@smart-tickets/kit/logger';
import { appRole, createPool, systemRole } from '@smart-tickets/kit/postgres';
import { createTestDatabase, type TestDatabase } from '@smart-tickets/testing/databases';
import { sampleJob } from '@smart-tickets/testing/sample-job';
import type pg from 'pg';
import { migrations } from '../persistence/migrations/index.ts';
import { AppliedEvents, furthestAhead, mostWaiters } from './await-event.ts';
import { forgetApplied } from './keep-house.ts';
import { projectTicket } from './project-ticket.ts';

const log = createLogger('test', 'silent');
// Longer than a test may take: whoever waits it out fails.
const forEver = 100_000_000;
let database: TestDatabase;
let pool: pg.Pool;
let systemPool: pg.Pool;
let applied: AppliedEvents;
let workspaceId: string;

beforeAll(async () => {
  database = await createTestDatabase(migrations);
  pool = createPool(database.url, appRole, 'test', 12, log);
  systemPool = createPool(database.url, systemRole, 'test-system', 2, log);
});
afterAll(async () => {
  await pool.end();
  await systemPool.end();
  await database.drop();
});
beforeEach(() => {
  workspaceId = newId();
  applied = new AppliedEvents(pool);
});

async function take(...positions: number[]): Promise<void> {
  for (const pos of positions) await projectTicket(pool, sampleJob(workspaceId, { pos }));
}

describe('a position', () => {
  test('is waited for until it was taken in', async () => {
    const waiting = applied.until(workspaceId, 7, forEver);
    await take(7);

    expect(await waiting).toBe(true);
  });

  test('far ahead of the index is not waited for', async () => {
    await take(5);
    const near = applied.until(workspaceId, 5 + furthestAhead, forEver);

    expect(await applied.until(workspaceId, 6 + furthestAhead, forEver)).toBe(false);
    expect(await applied.until(workspaceId, Number.MAX_SAFE_INTEGER, forEver)).toBe(false);
    await take(5 + furthestAhead);
    expect(await near).toBe(true);
  });

  test("of another workspace's log is not ours", async () => {
    await projectTicket(pool, sampleJob(newId(), { pos: 7 }));

    expect(await applied.until(workspaceId, 7, 60)).toBe(false);
  });
});

describe('those who wait', () => {
  test('share one look of their workspace', async () => {
    let looks = 0;
    const count = (): void => {
      looks += 1;
    };
    pool.on('acquire', count);

    const answers = await Promise.all(
      Array.from({ length: 200 }, (_, n) => applied.until(workspaceId, n + 1, 100)),
    );

    pool.off('acquire', count);
    expect(new Set(answers)).toEqual(new Set([false]));
    expect(looks).toBeLessThan(10);
  });

  test('are a thousand at most; the next one is answered at once', async () => {
    const waiting = Array.from({ length: mostWaiters }, () => applied.until(workspaceId, 1, forEver));

    expect(await applied.until(newId(), 1, forEver)).toBe(false);
    await take(1);
    expect(new Set(await Promise.all(waiting))).toEqual(new Set([true]));
    expect(await applied.until(workspaceId, 1, forEver)).toBe(true);
  });

  test('are told when the database cannot be asked', async () => {
    const ended = createPool(database.url, appRole, 'test-ended', 1, log);
    await ended.end();
    const broken = new AppliedEvents(ended);

    await expect(broken.until(workspaceId, 1, forEver)).rejects.toThrow('after calling end on the pool');
  });
});

describe('the housekeeping', () => {
  async function kept(): Promise<number[]> {
    const { rows } = await systemPool.query<{ pos: number }>(
      'select pos from applied_event where workspace_id = $1 order by pos',
      [workspaceId],
    );
    return rows.map(({ pos }) => pos);
  }
  const forget = (): Promise<void> => forgetApplied(systemPool, new AbortController().signal);

  test('forgets positions up to the first whose job still waits', async () => {
    await take(1, 2, 4, 5, 7);
    await systemPool.query(
      `update applied_event set at = now() - interval '1 hour' where workspace_id = $1`,
      [workspaceId],
    );

    await forget();

    expect(await kept()).toEqual([4, 5, 7]);
    expect(
      await Promise.all([1, 2, 3, 4, 5, 6, 7].map((pos) => applied.until(workspaceId, pos, 1_000))),
    ).toEqual([true, true, false, true, true, false, true]);
    await take(3);
    await forget();
    expect(await kept()).toEqual([7]);
    await take(6);
    await forget();
    expect(await kept()).toEqual([]);
    expect(await applied.until(workspaceId, 7, forEver)).toBe(true);
  });

  test('passes over a gap after seven days', async () => {
    await take(3, 4, 6);
    await systemPool.query(
      `update applied_event set at = now() - interval '169 hours' where workspace_id = $1 and pos = 3`,
      [workspaceId],
    );
    await forget();
    expect(await kept()).toEqual([6]);

    await take(1);
    await forget();

    expect(await kept()).toEqual([6]);
    expect(await applied.until(workspaceId, 2, forEver)).toBe(true);
  });

  test('may be done by several processes at once', async () => {
    await take(1, 2, 3, 5);

    await Promise.all([forget(), forget(), forget()]);

    expect(await kept()).toEqual([5]);
  });
});
