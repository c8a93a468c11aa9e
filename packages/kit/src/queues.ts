import {
  keepCompletedSeconds,
  keepFailedSeconds,
  parseEnvelope,
  type JobContract,
  type JobEnvelope,
} from '@smart-tickets/contracts';
import {
  createPostgresBackend,
  DelayedError,
  Queue,
  runMigrations,
  UnrecoverableError,
  withBackend,
  Worker,
} from 'bullmq';
import { Redis } from 'ioredis';
import pg from 'pg';
import type { Logger } from './logger.ts';
import { isOutage } from './outage.ts';
import { connectionSettings } from './postgres.ts';
import { QueuePool } from './queue-pool.ts';

/**
 * A number that a producer leaves in a queue that may lose what it was given: each is written behind the jobs it stands for,
 * so that a queue that still has it has those, too.
 */
export interface QueueMarks {
  /** The producer's last mark; null when the queue has none. */
  read(producer: string): Promise<number | null>;
  /** Replaces the mark where it is still `expected`; false where it is another, since the queue has lost it. */
  replace(producer: string, expected: number | null, mark: number): Promise<boolean>;
}

/** Where jobs wait. The same code serves both backends; none of BullMQ's parts that only one of them does right is used. */
export interface QueueBackend {
  /** Null where the queue is as durable as the services' own databases. */
  readonly marks: QueueMarks | null;
  /** Hands jobs of one queue over, in order. A job whose id the queue has seen within the last hour is not added again. */
  add(contract: JobContract<unknown>, jobs: readonly JobEnvelope<unknown>[]): Promise<void>;
  /** Starts handling a queue's jobs. `exhausted` is told once when a job has failed for good. */
  work<P>(contract: JobContract<P>, handlers: JobHandlers<P>): void;
  /** Number of jobs waiting, delayed, active and failed. */
  counts(contract: JobContract<unknown>): Promise<Record<string, number>>;
  /** Stops taking jobs, waits for those at work (at most `limitMs`), then closes all connections. */
  close(limitMs?: number): Promise<void>;
}

export interface JobHandlers<P> {
  handle(job: JobEnvelope<P>): Promise<void>;
  exhausted?(job: JobEnvelope<P>, reason: string): Promise<void>;
}

/** Jobs added one by one below this number, in bulk from it on: BullMQ's Postgres bulk call costs as much as some eight single ones. */
const bulkFrom = 8;
const longestOutageWaitMs = 30_000;
const betweenStartsMs = 1_000;
const workerOptions = { lockDuration: 10_000, stalledInterval: 5_000, maxStalledCount: 2 } as const;

/**
 * Opens the queue backend that `url` names: `postgres://` for BullMQ's own tables in that database, `redis://` for
 * Redis or Valkey. `namespace` keeps several systems apart on one Redis.
 */
export function openQueues(url: string, namespace: string, log: Logger): QueueBackend {
  return url.startsWith('redis') ? openRedis(url, namespace, log) : openPostgres(url, log);
}

// BullMQ 6.7.0 looks for stalled jobs by reading all that are kept, every few seconds and for each queue: a fifth of a
// core at 50,000 kept jobs. Few are marked at any time, so this index is nearly empty.
const stalledIndex = `create index if not exists job_stalled_marked on bullmq.job (queue) where stalled_marked`;

/** Makes BullMQ's tables on the Postgres backend; does nothing on Redis. Safe to run often and at the same time. */
export async function migrateQueues(url: string): Promise<void> {
  if (url.startsWith('redis')) return;
  const pool = new pg.Pool({ ...connectionSettings(url, null, 'queue-migrations'), max: 1 });
  pool.on('error', () => undefined);
  try {
    const client = await pool.connect();
    client.on('error', () => undefined);
    try {
      await runMigrations(client, 'bullmq');
      await client.query('begin');
      await client.query('select pg_advisory_xact_lock(7301004)');
      await client.query(stalledIndex);
      await client.query('commit');
    } finally {
      client.release();
    }
  } finally {
    await pool.end();
  }
}

interface Opened {
  queue(name: string): Queue;
  worker(name: string, processor: ConstructorParameters<typeof Worker>[1], concurrency: number): Worker;
  /**
   * Whether queues and workers look once whether the database is there and keep the answer (BullMQ 6.7.0 on Postgres): a no
   * makes them useless, and a worker that runs all the same asks again without ever letting the process do anything else.
   */
  readyOnce: boolean;
  bulkFrom: number;
  marks: QueueMarks | null;
  end(): Promise<void>;
}

function openPostgres(url: string, log: Logger): QueueBackend {
  const settings = connectionSettings(url, null, 'queues');
  const pool = new QueuePool({ ...settings, options: `${settings.options} -c search_path=bullmq` }, 10);
  const classes = withBackend(createPostgresBackend);
  const connection = pool as never;
  return backend(
    {
      queue: (name) => new classes.Queue(name, { connection, skipMetasUpdate: true }) as unknown as Queue,
      worker: (name, processor, concurrency) =>
        new classes.Worker(name, processor as never, {
          connection,
          concurrency,
          autorun: false,
          ...workerOptions,
        }) as unknown as Worker,
      readyOnce: true,
      bulkFrom,
      marks: null,
      end: () => pool.end(),
    },
    log,
  );
}

const replaceMark = `
  if (redis.call('get', KEYS[1]) or '') ~= ARGV[1] then return 0 end
  redis.call('set', KEYS[1], ARGV[2])
  return 1`;

function openRedis(url: string, namespace: string, log: Logger): QueueBackend {
  // A queue's keys share a hash tag, so that each queue lies in one slot of a Redis Cluster.
  const prefix = (name: string): string => `{${namespace}.${name}}`;
  const markKey = (service: string): string => `{${namespace}}:handed-over:${service}`;
  const producer = new Redis(url, {
    connectionName: namespace,
    maxRetriesPerRequest: 1,
    commandTimeout: 5_000,
  });
  const consumer = new Redis(url, { connectionName: namespace, maxRetriesPerRequest: null });
  for (const client of [producer, consumer]) {
    client.on('error', (error: Error) => {
      log.warn({ err: error }, 'the queue connection failed');
    });
  }
  return backend(
    {
      queue: (name) =>
        new Queue(name, {
          connection: producer,
          prefix: prefix(name),
          skipMetasUpdate: true,
          skipVersionCheck: true,
        }),
      worker: (name, processor, concurrency) =>
        new Worker(name, processor, {
          connection: consumer,
          prefix: prefix(name),
          concurrency,
          skipVersionCheck: true,
          ...workerOptions,
        }),
      readyOnce: false,
      bulkFrom: 2,
      marks: {
        async read(service) {
          const mark = await producer.get(markKey(service));
          return mark === null ? null : Number(mark);
        },
        async replace(service, expected, mark) {
          const key = markKey(service);
          return (await producer.eval(replaceMark, 1, key, expected === null ? '' : expected, mark)) === 1;
        },
      },
      end: () => {
        producer.disconnect();
        consumer.disconnect();
        return Promise.resolve();
      },
    },
    log,
  );
}

function backend(opened: Opened, log: Logger): QueueBackend {
  const queues = new Map<string, Queue>();
  const workers = new Set<Worker>();
  let closing = false;
  const queueOf = (contract: JobContract<unknown>): Queue => {
    let queue = queues.get(contract.name);
    if (queue === undefined) {
      queue = opened.queue(contract.name);
      queue.on('error', (error) => {
        log.warn({ err: error, queue: contract.name }, 'queue error');
      });
      queues.set(contract.name, queue);
      if (opened.readyOnce) forgetUnready(contract.name, queue);
    }
    return queue;
  };

  const forgetUnready = (name: string, queue: Queue): void => {
    queue.waitUntilReady().catch(() => {
      if (queues.get(name) === queue) queues.delete(name);
      queue.close().catch(() => undefined);
    });
  };
  /** Runs a worker once its database is there; one that was told no gives way to another. */
  const run = (name: string, make: () => Worker): void => {
    const worker = make();
    workers.add(worker);
    if (!opened.readyOnce) return;
    worker
      .waitUntilReady()
      .then(() => (closing ? undefined : worker.run()))
      .catch((error: unknown) => {
        workers.delete(worker);
        worker.close(true).catch(() => undefined);
        if (closing) return;
        log.warn({ err: error, queue: name }, 'a worker could not begin and is made anew');
        setTimeout(() => {
          if (!closing) run(name, make);
        }, betweenStartsMs);
      });
  };

  return {
    marks: opened.marks,

    async add(contract, jobs) {
      const queue = queueOf(contract);
      const entries = jobs.map((job) => ({
        name: contract.name,
        data: job,
        opts: {
          jobId: job.id,
          attempts: contract.attempts,
          backoff: { type: 'exponential', delay: contract.backoffMs },
          removeOnComplete: contract.forgetWhenDone === true ? true : { age: keepCompletedSeconds },
          removeOnFail: { age: keepFailedSeconds },
        },
      }));
      if (entries.length < opened.bulkFrom) {
        for (const entry of entries) await queue.add(entry.name, entry.data, entry.opts);
      } else {
        await queue.addBulk(entries);
      }
    },

    work(contract, handlers) {
      run(contract.name, () => workerOf(opened, contract, handlers, log));
    },

    counts: (contract) => queueOf(contract).getJobCounts('waiting', 'delayed', 'active', 'failed'),

    async close(limitMs = 10_000) {
      closing = true;
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, limitMs);
      });
      await Promise.race([Promise.allSettled([...workers].map((worker) => worker.close())), late]);
      clearTimeout(timer);
      await Promise.allSettled([...queues.values()].map((queue) => queue.close()));
      await opened.end().catch(() => undefined);
    },
  };
}

function workerOf<P>(
  opened: Opened,
  contract: JobContract<P>,
  handlers: JobHandlers<P>,
  log: Logger,
): Worker {
  const worker = opened.worker(
    contract.name,
    async (job, token) => {
      let envelope;
      try {
        envelope = parseEnvelope(contract, job.data);
      } catch (error) {
        throw new UnrecoverableError(`not a ${contract.name} job: ${String(error)}`);
      }
      try {
        await handlers.handle(envelope);
      } catch (error) {
        if (!isOutage(error)) throw error;
        // Nothing is wrong with the job: it waits, at most half a minute at a time, until what it needs is back.
        const waitMs = Math.min(
          contract.backoffMs * 2 ** Math.min(job.attemptsStarted, 10),
          longestOutageWaitMs,
        );
        log.warn(
          { err: error, queue: contract.name, jobId: job.id, waitMs },
          'job waits until it can be done',
        );
        await job.moveToDelayed(Date.now() + waitMs, token);
        throw new DelayedError();
      }
    },
    contract.concurrency,
  );
  worker.on('error', (error) => {
    log.warn({ err: error, queue: contract.name }, 'worker error');
  });
  worker.on('failed', (job, error) => {
    const last = job === undefined || job.finishedOn !== undefined || error.name === 'UnrecoverableError';
    log[last ? 'error' : 'warn']({ err: error, queue: contract.name, jobId: job?.id }, 'job failed');
    if (!last || job === undefined || handlers.exhausted === undefined) return;
    const data = job.data as JobEnvelope<never>;
    handlers.exhausted(data, error.message).catch((fault: unknown) => {
      log.error(
        { err: fault, queue: contract.name, jobId: job.id },
        'cannot record that a job failed for good',
      );
    });
  });
  return worker;
}
