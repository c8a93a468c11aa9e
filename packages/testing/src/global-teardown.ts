import { dropRunDatabases } from './databases.ts';
import { infrastructure } from './infrastructure.ts';

/** Stops what the setup has started, and drops the run's databases on a Postgres that was there before. */
export default async function globalTeardown(): Promise<void> {
  const parts = infrastructure().splice(0);
  if (process.env['TEST_RUN_ID'] !== undefined) await dropRunDatabases();
  await Promise.all(parts.map((part) => part.stop()));
}
