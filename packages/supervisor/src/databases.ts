import pg from 'pg';

/** The service's database in the cluster, and the queue's. */
export const databaseNames = ['ticket', 'channel_ingest', 'routing', 'search', 'queue'] as const;

/** Makes the databases that are missing. Safe to repeat and for several at once. */
export async function createDatabases(serverUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: serverUrl, connectionTimeoutMillis: 10_000 });
  client.on('error', () => undefined);
  await client.connect();
  try {
    const { rows } = await client.query<{ datname: string }>('select datname from pg_database');
    const present = new Set(rows.map((row) => row.datname));
    for (const name of databaseNames) if (!present.has(name)) await create(client, name);
    // The queue need not wait for the disk by itself. Jobs are added before the commit that takes their events out of
    // the outbox, and that commit, of the same server, waits for all that was written before it. Work whose end is
    // forgotten in a crash is done again, and its inbox mark makes it change nothing.
    await client.query('alter database queue set synchronous_commit = off');
  } finally {
    await client.end();
  }
}

const duplicateDatabase = '42P04';

async function create(client: pg.Client, name: string): Promise<void> {
  try {
    await client.query(`create database ${name}`);
  } catch (error) {
    if (!(error instanceof pg.DatabaseError && error.code === duplicateDatabase)) throw error;
  }
}
