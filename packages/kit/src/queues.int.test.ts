import { jobs, type AssignTicket, type JobContract, type JobEnvelope } from '@smart-tickets/contracts';
import { eventually } from '@smart-tickets/testing/eventually';
import { queueBackends, type TestQueues } from '@smart-tickets/testing/queue-backends';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { newId } from './ids.ts';
import { createLogger } from './logger.ts';
import { migrateQueues, openQueues, type QueueBackend } from './queues.ts';

const log = createLogger('queues', 'silent');
const contract: JobContract<AssignTicket> = { ...jobs.assignTicket, attempts: 3, backoffMs: 10 };

function envelope(reason: string): JobEnvelope<AssignTicket> {
  const cause = { requestId: 'r', eventId: null, depth: 0 };
  const payload = { ticketId: newId(), teamId: newId(), assigneeId: null, inPlaceOf: null, reason };
  return { id: newId(), workspaceId: newId(), pos: 1, cause, at: new Date().toISOString(), payload };
}

test('workers and producers that came before their database is ready begin when it is, and hold up nothing meanwhile', async () => {
  const where = await queueBackends[0]?.open();
  if (where === undefined) throw new Error('there is no queue on Postgres');
  const owner = new pg.Client(where.url);
  await owner.connect();
  await owner.query('drop schema bullmq cascade');
  const queues = openQueues(where.url, where.namespace, log);
  const handled: string[] = [];
  const early = envelope('early');

  queues.work(contract, { handle: (job) => Promise.resolve(void handled.push(job.id)) });
  await expect(queues.add(contract, [early])).rejects.toThrow('bullmq');
  await migrateQueues(where.url);
  await eventually(() => queues.add(contract, [early]).then(() => true));
  await eventually(() => handled.length > 0);

  expect(handled).toEqual([early.id]);
  await queues.close();
  await owner.end();
  await where.drop();
});

describe.each(queueBackends)('jobs on $name', ({ open }) => {
  let where: TestQueues;
  let producer: QueueBackend;
  let worker: QueueBackend;

  beforeEach(async () => {
    where = await open();
    producer = openQueues(where.url, where.namespace, log);
    worker = openQueues(where.url, where.namespace, log);
  });
  afterEach(async () => {
    await worker.close();
    await producer.close();
    await where.drop();
  });

  test.each([1, 7, 8, 50])('%i handed over twice are each handled once', async (count) => {
    const all = Array.from({ length: count }, (_, index) => envelope(String(index)));
    const handled: string[] = [];

    await producer.add(contract, all);
    worker.work(contract, { handle: (job) => Promise.resolve(void handled.push(job.id)) });
    await eventually(() => handled.length === count);
    await producer.add(contract, all);
    const last = envelope('last');
    await producer.add(contract, [last]);
    await eventually(() => handled.includes(last.id));

    expect(handled.toSorted()).toEqual([...all, last].map((job) => job.id).toSorted());
  });

  test('fault 14: one that fails is tried again, ends with its reason told once, and holds up no other', async () => {
    const poison = envelope('poison');
    const good = Array.from({ length: 20 }, () => envelope('good'));
    const handled: string[] = [];
    const ended: [string, string][] = [];
    let tries = 0;

    worker.work(contract, {
      handle: (job) => {
        if (job.id !== poison.id) return Promise.resolve(void handled.push(job.id));
        tries += 1;
        return Promise.reject(new Error('it breaks'));
      },
      exhausted: (job, reason) => Promise.resolve(void ended.push([job.id, reason])),
    });
    await producer.add(contract, [poison, ...good]);

    await eventually(() => handled.length === good.length && ended.length > 0);
    expect(tries).toBe(3);
    expect(ended).toEqual([[poison.id, 'it breaks']]);
    expect((await producer.counts(contract))['failed']).toBe(1);
  });

  test('an outage uses up no tries: the job waits until it is over', async () => {
    const waiting = envelope('patient');
    let calls = 0;
    let handled = 0;
    const ended: string[] = [];
    worker.work(contract, {
      handle: () => {
        calls += 1;
        if (calls <= contract.attempts + 3) {
          return Promise.reject(Object.assign(new Error('away'), { code: 'ECONNREFUSED' }));
        }
        return Promise.resolve(void (handled += 1));
      },
      exhausted: (job) => Promise.resolve(void ended.push(job.id)),
    });
    await producer.add(contract, [waiting]);

    await eventually(() => handled === 1, 30_000);
    expect(ended).toEqual([]);
  });

  test('one whose payload is not the contract’s is not tried again', async () => {
    const broken = { ...envelope('x'), payload: { nonsense: true } as unknown as AssignTicket };
    let handled = 0;

    worker.work(contract, { handle: () => Promise.resolve(void (handled += 1)) });
    await producer.add(contract, [broken]);

    await eventually(async () => (await producer.counts(contract))['failed'] === 1);
    expect(handled).toBe(0);
  });

  test('closing waits for the job at work', async () => {
    let started = false;
    let finished = false;
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    worker.work(contract, {
      handle: async () => {
        started = true;
        await held;
        finished = true;
      },
    });
    await producer.add(contract, [envelope('slow')]);
    await eventually(() => started);

    const closing = worker.close();
    release();
    await closing;

    expect(finished).toBe(true);
  });

  test('making the queue’s tables again, and at the same time, changes nothing', async () => {
    const all = [1, 2, 3].map(() => migrateQueues(where.url));
    await expect(Promise.all(all)).resolves.toHaveLength(3);
  });
});
