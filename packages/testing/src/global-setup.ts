import { randomBytes } from 'node:crypto';
import { startTestCluster } from './embedded-cluster.ts';
import { hasRedis, startRedis, type TestRedis } from './redis-server.ts';
import { infrastructure } from './infrastructure.ts';

/**
 * Starts Postgres and Redis once for a jest run and tells the workers by TEST_POSTGRES_URL and TEST_REDIS_URL. Where
 * these are set already, what they name is used. TEST_INFRA=testcontainers takes both from containers. Without a
 * redis-server the tests on Redis are left out, loudly; with CI=true that is an error.
 */
export default async function globalSetup(): Promise<void> {
  const env = process.env;
  env['TEST_RUN_ID'] = randomBytes(4).toString('hex');
  const inContainers = env['TEST_INFRA'] === 'testcontainers';
  try {
    if (env['TEST_POSTGRES_URL'] === undefined) {
      const cluster = inContainers
        ? await (await import('./containers.ts')).startPostgresContainer()
        : await startTestCluster();
      infrastructure().push(cluster);
      env['TEST_POSTGRES_URL'] = cluster.url;
    }
    if (env['TEST_REDIS_URL'] === undefined) {
      const redis = inContainers
        ? await (await import('./containers.ts')).startRedisContainer()
        : await startRedisIfPresent();
      if (redis !== null) {
        infrastructure().push(redis);
        env['TEST_REDIS_URL'] = redis.url;
      }
    }
  } catch (error) {
    // Jest does not run the teardown after a failed setup.
    await Promise.allSettled(infrastructure().map((part) => part.stop()));
    throw error;
  }
}

async function startRedisIfPresent(): Promise<TestRedis | null> {
  if (hasRedis()) return startRedis();
  if (process.env['CI'] === 'true')
    throw new Error('no redis-server on this machine, and CI=true asks for one');
  process.stderr.write('\nREDIS TESTS SKIPPED: no redis-server\n\n');
  return null;
}
