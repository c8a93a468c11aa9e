import { PostgreSqlContainer } from '@testcontainers/postgresql';
import { randomBytes } from 'node:crypto';
import { GenericContainer, type StartedTestContainer } from 'testcontainers';
import { throwAwaySettings, type TestCluster } from './embedded-cluster.ts';
import { throwAwayArguments, type TestRedis } from './redis-server.ts';

/**
 * Starts Postgres in a container, of the image that TEST_POSTGRES_IMAGE names (default postgres:18). It behaves as the
 * embedded one does: the same locale, the same settings. Rejects when there is no Docker.
 */
export async function startPostgresContainer(): Promise<TestCluster> {
  const image = process.env['TEST_POSTGRES_IMAGE'] ?? 'postgres:18';
  const postgres = new PostgreSqlContainer(image)
    .withDatabase('postgres')
    // Docker publishes the port on every address of this machine.
    .withPassword(randomBytes(16).toString('hex'))
    .withEnvironment({
      POSTGRES_INITDB_ARGS:
        '--encoding=UTF8 --locale=C --locale-provider=builtin --builtin-locale=C.UTF-8 --no-sync',
    })
    .withCommand([
      'postgres',
      '-c',
      'max_connections=200',
      ...Object.entries(throwAwaySettings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    ])
    // For hash joins run in parallel; Docker's default of 64 MB is too little.
    .withSharedMemorySize(256 * 1024 * 1024);
  const container = await started(image, postgres);
  return {
    url: container.getConnectionUri(),
    stop: async () => {
      await container.stop();
    },
  };
}

/**
 * Starts Redis or Valkey in a container, of the image that TEST_REDIS_IMAGE names (default valkey/valkey:8). It keeps
 * nothing. Rejects when there is no Docker.
 */
export async function startRedisContainer(): Promise<TestRedis> {
  const password = randomBytes(16).toString('hex');
  const image = process.env['TEST_REDIS_IMAGE'] ?? 'valkey/valkey:8';
  const redis = new GenericContainer(image)
    .withExposedPorts(6379)
    // The images' entrypoints put the server's name before options.
    .withCommand([...throwAwayArguments, '--requirepass', password]);
  const container = await started(image, redis);
  return {
    url: `redis://:${password}@${container.getHost()}:${container.getMappedPort(6379)}`,
    stop: async () => {
      await container.stop();
    },
  };
}

async function started<C extends StartedTestContainer>(
  image: string,
  container: { start(): Promise<C> },
): Promise<C> {
  try {
    return await container.start();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(
      `TEST_INFRA=testcontainers needs a running Docker that has or can pull ${image}: ${reason}`,
      { cause: error },
    );
  }
}
