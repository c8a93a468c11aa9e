import { jobs } from '@smart-tickets/contracts';
import { createTestDatabase, type TestDatabase } from '@smart-tickets/testing/databases';
import { eventually } from '@smart-tickets/testing/eventually';
import { queueBackends, type TestQueues } from '@smart-tickets/testing/queue-backends';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Redis } from 'ioredis';
import pg from 'pg';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { eventTableStatements } from './event-tables.ts';
import { createHints } from './hints.ts';
import { newId } from './ids.ts';
import { roleStatements, schemaGrants } from './isolation.ts';
import { createLogger } from './logger.ts';
import { createPool, systemRole } from './postgres.ts';
import { openQueues, type QueueBackend } from './queues.ts';
import { startSequencer, type Sequencer } from './sequencer.ts';

class LogTables1763800000002 implements MigrationInterface {
  readonly name = 'LogTables1763800000002';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [...roleStatements, ...schemaGrants, ...eventTableStatements])
      await runner.query(statement);
  }

  async down(): Promise<void> {
    // A test database is dropped whole.
  }
}

const log = createLogger('hand-over', 'silent');
const workspaceId = newId();
let database: TestDatabase;
let owner: pg.Client;

beforeAll(async () => {
  database = await createTestDatabase([LogTables1763800000002]);
  owner = new pg.Client({ connectionString: database.url });
  await owner.connect();
});
afterAll(async () => {
  await owner.end();
  await database.drop();
});
beforeEach(async () => {
  for (const table of ['outbox', 'event_log', 'event_log_head', 'queue_mark'])
    await owner.query(`delete from ${table}`);
});

/** An event that leads to a job; its id, by which the job is known. */
async function write(): Promise<string> {
  const id = newId();
  const payload = { ticketId: newId(), teamId: newId(), assigneeId: null, reason: 'r' };
  await owner.query(
    `insert into outbox (workspace_id, event_id, topic, payload, cause)
     values ($1, $2, 'routing.assignment-decided', $3, '{"requestId": "r", "eventId": null, "depth": 0}')`,
    [workspaceId, id, JSON.stringify(payload)],
  );
  return id;
}

async function handedOver(ids: readonly string[]): Promise<void> {
  await eventually(async () => {
    const { rows } = await owner.query(
      'select from event_log l left join queue_mark m on true where l.event_id = any($1) and l.handed_over',
      [ids],
    );
    return rows.length === ids.length;
  });
}

class Running {
  readonly handled: string[] = [];
  readonly #queues: QueueBackend;
  readonly #workers: QueueBackend;
  readonly #systemPool: pg.Pool;
  readonly #hints: ReturnType<typeof createHints>;
  #sequencer: Sequencer;
  readonly #where: TestQueues;

  constructor(where: TestQueues) {
    const { url: queueUrl, namespace } = where;
    this.#where = where;
    this.#queues = openQueues(queueUrl, namespace, log);
    this.#workers = openQueues(queueUrl, namespace, log);
    this.#systemPool = createPool(database.url, systemRole, 'hand-over', 2, log);
    this.#hints = createHints(
      { queueUrl, databaseUrl: database.url, namespace, service: 's' },
      this.#systemPool,
      log,
    );
    this.#sequencer = this.#start();
  }

  #start(): Sequencer {
    const [queues, hints] = [this.#queues, this.#hints];
    return startSequencer({ databaseUrl: database.url, service: 's', queues, hints, log });
  }

  async restart(meanwhile: () => Promise<unknown>): Promise<void> {
    await this.#sequencer.stop();
    await meanwhile();
    this.#sequencer = this.#start();
  }

  work(): void {
    this.#workers.work(jobs.assignTicket, {
      handle: (job) => Promise.resolve(void this.handled.push(job.id)),
    });
  }

  waiting = async (): Promise<number> => (await this.#queues.counts(jobs.assignTicket))['waiting'] ?? 0;

  /** What a Redis that comes back without its data has: nothing of ours. */
  async empty(): Promise<void> {
    const redis = new Redis(this.#where.url);
    const keys = await redis.keys(`{${this.#where.namespace}*`);
    if (keys.length > 0) await redis.del(...keys);
    redis.disconnect();
  }

  mark = async (value?: number): Promise<number> => {
    const redis = new Redis(this.#where.url);
    const key = `{${this.#where.namespace}}:handed-over:s`;
    if (value !== undefined) await redis.set(key, value);
    const mark = Number(await redis.get(key));
    redis.disconnect();
    return mark;
  };

  async stop(): Promise<void> {
    await this.#sequencer.stop();
    await this.#workers.close();
    await this.#queues.close();
    await this.#hints.close();
    await this.#systemPool.end();
    await this.#where.drop();
  }
}

async function during(
  open: () => Promise<TestQueues>,
  work: (running: Running) => Promise<void>,
): Promise<void> {
  const running = new Running(await open());
  try {
    await work(running);
  } finally {
    await running.stop();
  }
}

const redis = queueBackends.find(({ name }) => name === 'redis');
const open = redis?.open ?? queueBackends[0]!.open;

// The Postgres backend loses nothing that the services' own databases do not.
(redis === undefined ? describe.skip : describe)('a queue on Redis', () => {
  test('that comes back empty is given again what it had, and what it did not lose counts once', () =>
    during(open, async (running) => {
      const ids = [await write(), await write(), await write()];
      await handedOver(ids);
      await eventually(async () => (await running.waiting()) === 3);

      await running.empty();
      running.work();

      await eventually(() => expect(running.handled.toSorted()).toEqual(ids.toSorted()));
      const later = await write();
      await eventually(() => running.handled.includes(later));
      expect(running.handled).toHaveLength(4);
    }));

  test('that comes back empty while no sequencer runs is found out by the next', () =>
    during(open, async (running) => {
      const ids = [await write(), await write()];
      await handedOver(ids);

      await running.restart(() => running.empty());
      running.work();

      await eventually(() => expect(running.handled.toSorted()).toEqual(ids.toSorted()));
    }));

  test('that comes back with an older state is given again what followed it', () =>
    during(open, async (running) => {
      const kept = await write();
      await handedOver([kept]);
      const older = await eventually(async () => (await running.mark()) || null);
      const lost = await write();
      await handedOver([lost]);
      await eventually(async () => (await running.mark()) > older);

      await running.restart(async () => {
        await running.empty();
        await running.mark(older);
      });
      running.work();

      await eventually(() => expect(running.handled).toEqual([lost]));
      expect(running.handled).not.toContain(kept);
    }));

  test('is not given again what was erased, nor what is older than a day', () =>
    during(open, async (running) => {
      const [erased, old, young] = [await write(), await write(), await write()];
      await handedOver([erased, old, young]);
      await owner.query(`update event_log set handed_at = '-infinity' where event_id = $1`, [erased]);
      await owner.query(`update event_log set handed_at = now() - interval '25 hours' where event_id = $1`, [
        old,
      ]);

      await running.restart(() => running.empty());
      running.work();

      await eventually(() => running.handled.includes(young));
      const last = await write();
      await eventually(() => running.handled.includes(last));
      expect(running.handled).toEqual([young, last]);
    }));
});
