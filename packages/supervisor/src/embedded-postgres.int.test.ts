import { afterEach, expect, test } from '@jest/globals';
import { eventually } from '@smart-tickets/testing/eventually';
import { newDataDir } from '@smart-tickets/testing/processes';
import { fork, spawn, type ChildProcess } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { startEmbeddedPostgres, type EmbeddedPostgres } from './embedded-postgres.ts';
import { choosePorts } from './ports.ts';
import { livePostmaster } from './postmaster-pid.ts';
import { isAlive } from './process-identity.ts';

const holderFile = fileURLToPath(new URL('./hold-postgres.fixture.ts', import.meta.url));

const directories: string[] = [];
const running: EmbeddedPostgres[] = [];
const children: ChildProcess[] = [];

afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await Promise.all(running.splice(0).map((postgres) => postgres.stop('immediate')));
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true, force: true });
});

function dataDir(): string {
  const directory = newDataDir();
  directories.push(directory);
  return directory;
}

async function start(directory: string): Promise<EmbeddedPostgres> {
  const [port = 0] = await choosePorts(1);
  const postgres = await startEmbeddedPostgres({ dataDir: directory, port, password: 'secret' });
  running.push(postgres);
  return postgres;
}

/** Another process that starts Postgres, as a supervisor does; gives back what it has started. */
async function startElsewhere(
  directory: string,
): Promise<{ holder: ChildProcess; pid: number; guardPid: number; url: string }> {
  const [port = 0] = await choosePorts(1);
  const holder = fork(holderFile, [directory, String(port)], {
    execArgv: [],
    stdio: ['ignore', 2, 2, 'ipc'],
  });
  children.push(holder);
  const started = await new Promise((resolve) => holder.once('message', resolve));
  return { holder, ...(started as { pid: number; guardPid: number; url: string }) };
}

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

async function ask(url: string, text: string): Promise<unknown[]> {
  const client = await connect(url);
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

test('keeps its data over a stop and sorts by code point on every system', async () => {
  const directory = dataDir();
  const first = await start(directory);
  await ask(first.url('postgres'), `create table word as select unnest(array['b', 'ä', 'a', 'B']) as text`);
  await first.stop('fast');

  const second = await start(directory);

  expect(await ask(second.url('postgres'), 'select text from word order by text')).toEqual(
    ['B', 'a', 'b', 'ä'].map((text) => ({ text })),
  );
});

test('takes nobody in without the password', async () => {
  const postgres = await start(dataDir());

  const url = postgres.url('postgres').replace(':secret@', ':guess@');

  await expect(ask(url, 'select 1')).rejects.toThrow('password authentication failed');
});

test('starts over the pid file of a Postgres that was killed', async () => {
  const directory = dataDir();
  const first = await start(directory);
  await ask(first.url('postgres'), 'create table kept as select 1 as id');
  process.kill(first.pid, 'SIGKILL');
  await first.ended;

  const second = await start(directory);

  expect(await ask(second.url('postgres'), 'select id from kept')).toEqual([{ id: 1 }]);
});

test('starts over a pid file whose id belongs to another living program by now', async () => {
  const directory = dataDir();
  const first = await start(directory);
  const pidFile = path.join(first.directory, 'postmaster.pid');
  const content = readFileSync(pidFile, 'utf8');
  await first.stop('fast');
  const stranger = spawn('sleep', ['60']);
  children.push(stranger);
  writeFileSync(pidFile, content.replace(/^\d+/, String(stranger.pid)));

  const second = await start(directory);

  expect(await ask(second.url('postgres'), 'select 1 as id')).toEqual([{ id: 1 }]);
  expect(isAlive(stranger.pid ?? 0)).toBe(true);
});

test('is stopped by its guard when its starter is killed, after the last client has gone', async () => {
  const { holder, pid, guardPid, url } = await startElsewhere(dataDir());
  const client = await connect(url);

  holder.kill('SIGKILL');
  await eventually(() => !isAlive(holder.pid ?? 0) || holder.signalCode !== null);
  // The guard looks several times in this while; the client still gets its answers.
  for (let round = 0; round < 10; round += 1) await client.query('select pg_sleep(0.05)');
  expect(isAlive(pid)).toBe(true);
  await client.end();

  await eventually(() => !isAlive(pid) && !isAlive(guardPid));
});

test('is stopped by its guard in spite of a client that does not go', async () => {
  const { holder, pid, url } = await startElsewhere(dataDir());
  const client = await connect(url);

  holder.kill('SIGKILL');

  await eventually(() => !isAlive(pid), 20_000);
  await client.end().catch(() => undefined);
});

test('takes the place of a Postgres that was left running on the same directory', async () => {
  const directory = dataDir();
  const left = await startElsewhere(directory);
  await ask(left.url, 'create table kept as select 1 as id');
  process.kill(left.guardPid, 'SIGKILL');
  left.holder.kill('SIGKILL');
  expect(livePostmaster(path.join(directory, 'postgres'))).toBe(left.pid);

  const postgres = await start(directory);

  expect(await ask(postgres.url('postgres'), 'select id from kept')).toEqual([{ id: 1 }]);
  expect(isAlive(left.pid)).toBe(false);
});

test('tells what Postgres said when it cannot start, and leaves nothing running', async () => {
  const directory = dataDir();
  const [port = 0] = await choosePorts(1);

  const starting = startEmbeddedPostgres({
    dataDir: directory,
    port,
    password: 'secret',
    settings: { max_connections: 'many' },
  });

  await expect(starting).rejects.toThrow('invalid value for parameter "max_connections"');
  expect(livePostmaster(path.join(directory, 'postgres'))).toBeNull();
});

test('refuses a cluster of another major version', async () => {
  const directory = dataDir();
  const first = await start(directory);
  await first.stop('fast');
  writeFileSync(path.join(first.directory, 'PG_VERSION'), '17\n');

  await expect(start(directory)).rejects.toThrow('was made by Postgres 17, and this is Postgres 18');
});

test('deletes an ephemeral cluster when it ends', async () => {
  const directory = dataDir();
  const [port = 0] = await choosePorts(1);
  const postgres = await startEmbeddedPostgres({
    dataDir: directory,
    port,
    password: 'secret',
    ephemeral: true,
  });

  await postgres.stop('immediate');

  expect(existsSync(directory)).toBe(false);
});
