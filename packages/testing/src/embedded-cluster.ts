import { startEmbeddedPostgres } from '@smart-tickets/supervisor/embedded-postgres';
import { choosePorts } from '@smart-tickets/supervisor/ports';
import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** A Postgres of a test run's own. */
export interface TestCluster {
  /** Connection string of its database `postgres`, as a superuser. */
  readonly url: string;
  stop(): Promise<void>;
}

/** Settings of a Postgres that may lose everything when it stops, by the names of postgresql.conf. */
export const throwAwaySettings = {
  fsync: 'off',
  full_page_writes: 'off',
  synchronous_commit: 'off',
  max_wal_size: '512MB',
  log_error_verbosity: 'default',
} as const;

/** Starts an embedded Postgres that forgets everything when it stops, and is fast for it. */
export async function startTestCluster(): Promise<TestCluster> {
  const [port] = await choosePorts(1);
  const dataDir = mkdtempSync(path.join(tmpdir(), 'smart-tickets-postgres-'));
  // When root runs the tests, Postgres runs as another user, who has to get through.
  if (process.getuid?.() === 0) chmodSync(dataDir, 0o711);
  const cluster = await startEmbeddedPostgres({
    dataDir,
    port: port ?? 0,
    password: randomBytes(16).toString('hex'),
    settings: throwAwaySettings,
    ephemeral: true,
    orphanPatienceMs: 1_000,
  });
  return { url: cluster.url('postgres'), stop: () => cluster.stop('immediate') };
}
