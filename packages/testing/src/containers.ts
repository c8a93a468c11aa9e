import { PostgreSqlContainer } from '@testcontainers/postgresql';
import { GenericContainer } from 'testcontainers';
import type { TestCluster } from './embedded-cluster.ts';
import type { TestRedis } from './redis-server.ts';

/** Starts Postgres in a container, of the image that TEST_POSTGRES_IMAGE names (default postgres:18). */
export async function startPostgresContainer(): Promise<TestCluster> {
  const image = process.env['TEST_POSTGRES_IMAGE'] ?? 'postgres:18';
  const container = await new PostgreSqlContainer(image)
    .withDatabase('postgres')
    .withCommand(['postgres', '-c', 'max_connections=200', '-c', 'fsync=off'])
    .start();
  return {
    url: container.getConnectionUri(),
    stop: async () => {
      await container.stop();
    },
  };
}

/** Starts Redis or Valkey in a container, of the image that TEST_REDIS_IMAGE names (default valkey/valkey:8). */
export async function startRedisContainer(): Promise<TestRedis> {
  const image = process.env['TEST_REDIS_IMAGE'] ?? 'valkey/valkey:8';
  const container = await new GenericContainer(image).withExposedPorts(6379).start();
  return {
    url: `redis://${container.getHost()}:${container.getMappedPort(6379)}`,
    stop: async () => {
      await container.stop();
    },
  };
}
