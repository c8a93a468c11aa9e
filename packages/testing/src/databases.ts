import { migrate, type MigrationClass } from '@smart-tickets/kit/migrate';
import { migrateQueues } from '@smart-tickets/kit/queues';
import { createHash, randomBytes } from 'node:crypto';
import pg from 'pg';

/** A database of one test file's own. */
export interface TestDatabase {
  /** Connection string, as a superuser that is a member of the app and system roles. */
  readonly url: string;
  /** Deletes it, whoever is still connected. */
  drop(): Promise<void>;
}

function required(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set: run the tests by jest with jest.config.mjs`);
  return value;
}

function databaseUrl(database: string): string {
  const url = new URL(required('TEST_POSTGRES_URL'));
  url.pathname = `/${database}`;
  return url.href;
}

async function onServer<T>(work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: required('TEST_POSTGRES_URL') });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

function runPrefix(): string {
  return `st_${required('TEST_RUN_ID')}_`;
}

/**
 * A database with these migrations applied, cloned in some 0.1 s from a template that the first caller of the run
 * makes. Safe for tests in several processes at once.
 */
export function createTestDatabase(migrations: readonly MigrationClass[]): Promise<TestDatabase> {
  // Names alone would mix up two services' migrations; the text of a class tells them apart.
  const content = migrations.map((migration) => migration.toString()).join('\n');
  const hash = createHash('sha256').update(content).digest('hex').slice(0, 12);
  return cloneOf(`${runPrefix()}template_${hash}`, (url) => migrate(url, migrations));
}

/** A database for BullMQ's Postgres backend, its tables made. */
export function createQueueDatabase(): Promise<TestDatabase> {
  return cloneOf(`${runPrefix()}template_queue`, migrateQueues);
}

async function cloneOf(template: string, prepare: (url: string) => Promise<void>): Promise<TestDatabase> {
  const name = `${runPrefix()}${randomBytes(6).toString('hex')}`;
  await onServer(async (client) => {
    await client.query('select pg_advisory_lock(hashtextextended($1, 0))', [template]);
    const { rows } = await client.query('select from pg_database where datname = $1', [template]);
    if (rows.length === 0) {
      // Renamed when complete, so that a preparation that failed is not taken for a template.
      const draft = `${template}_draft`;
      await client.query(`drop database if exists ${draft} with (force)`);
      await client.query(`create database ${draft} template template0`);
      await prepare(databaseUrl(draft));
      await client.query(`alter database ${draft} rename to ${template}`);
    }
    await client.query(`create database ${name} template ${template}`);
  });
  return {
    url: databaseUrl(name),
    drop: () =>
      onServer(async (client) => void (await client.query(`drop database if exists ${name} with (force)`))),
  };
}

/** Deletes every database that this run has made. */
export function dropRunDatabases(): Promise<void> {
  return onServer(async (client) => {
    const { rows } = await client.query<{ datname: string }>(
      'select datname from pg_database where starts_with(datname, $1)',
      [runPrefix()],
    );
    for (const { datname } of rows) await client.query(`drop database if exists ${datname} with (force)`);
  });
}
