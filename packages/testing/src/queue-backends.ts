import { randomBytes } from 'node:crypto';
import { createQueueDatabase } from './databases.ts';

/** A place for queues that no other test uses: QUEUE_URL and QUEUE_NAMESPACE of whatever is tested. */
export interface TestQueues {
  readonly url: string;
  readonly namespace: string;
  drop(): Promise<void>;
}

/** One of the two backends on which every test of jobs runs. */
export interface QueueBackendCase {
  readonly name: 'postgres' | 'redis';
  readonly open: () => Promise<TestQueues>;
}

function newNamespace(): string {
  return `test-${randomBytes(6).toString('hex')}`;
}

const onPostgres: QueueBackendCase = {
  name: 'postgres',
  open: async () => ({ ...(await createQueueDatabase()), namespace: newNamespace() }),
};

/**
 * Both backends, for `describe.each(queueBackends)('on $name', ({ open }) => …)`. Redis is left out where the run has
 * none; the run's setup has said so.
 */
export const queueBackends: readonly QueueBackendCase[] =
  process.env['TEST_REDIS_URL'] === undefined
    ? [onPostgres]
    : [onPostgres, onRedis(process.env['TEST_REDIS_URL'])];

function onRedis(url: string): QueueBackendCase {
  // The namespace is never used again and the run's Redis keeps nothing, so there is nothing to delete.
  return {
    name: 'redis',
    open: () => Promise.resolve({ url, namespace: newNamespace(), drop: () => Promise.resolve() }),
  };
}
