import pg from 'pg';

/** Makes an empty database beside `neighbourUrl`'s in the same cluster and gives its URL. Fails when there is one. */
export async function makeFloorDatabase(neighbourUrl: string, name: string): Promise<string> {
  const client = new pg.Client({ connectionString: neighbourUrl });
  await client.connect();
  try {
    await client.query(`create database ${name}`);
  } finally {
    await client.end();
  }
  const url = new URL(neighbourUrl);
  url.pathname = `/${name}`;
  return url.href;
}
