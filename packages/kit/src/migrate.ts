import pg from 'pg';
import { DataSource, type MigrationInterface } from 'typeorm';
import { pause } from './limits.ts';
import { connectionSettings } from './postgres.ts';

/** A migration class; its name ends in a 13-digit time stamp that orders it. */
export type MigrationClass = new () => MigrationInterface;

// Any fixed number will do; it must only differ from the sequencer's.
const migrationLockKey = 7_301_001;

/**
 * Brings a database up to date as the login role. Safe to start in several processes at once: one works, the others
 * wait for it, at most `limitMs`. The lock is polled, since a blocked statement would hold a snapshot that
 * CREATE INDEX CONCURRENTLY waits for.
 */
export async function migrate(
  url: string,
  migrations: readonly MigrationClass[],
  limitMs = 120_000,
): Promise<void> {
  const lock = new pg.Client(connectionSettings(url, null, 'migrations'));
  lock.on('error', () => undefined);
  await lock.connect();
  try {
    const deadline = Date.now() + limitMs;
    while (!(await tryLock(lock))) {
      if (Date.now() > deadline) throw new Error(`another process has been migrating for ${limitMs} ms`);
      await pause(200);
    }
    const dataSource = new DataSource({ type: 'postgres', url, migrations: [...migrations], logging: false });
    await dataSource.initialize();
    try {
      await dataSource.runMigrations({ transaction: 'each' });
    } finally {
      await dataSource.destroy();
    }
  } finally {
    await lock.end();
  }
}

async function tryLock(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query<{ locked: boolean }>('select pg_try_advisory_lock($1) as locked', [
    migrationLockKey,
  ]);
  return rows[0]?.locked === true;
}
