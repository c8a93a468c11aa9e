/**
 * A small process between the supervisor and Postgres. It outlives a supervisor that is killed, gives the services
 * time to end their work, and then stops Postgres, so that none is left behind.
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { openSync, readFileSync, rmSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import type { FromGuard, GuardTask, ToGuard } from './guard-messages.ts';
import { runAs } from './os-user.ts';
import type { StopMode } from './postmaster-pid.ts';

const applicationName = 'smart-tickets-guard';
/** Crash recovery of a large database takes its time; as long as Postgres lives and says so, it is waited for. */
const readyLimitMs = 300_000;
const fastStopLimitMs = 30_000;

let task: GuardTask | undefined;
let postgres: ChildProcess | undefined;
let ended = false;
let stopping = false;

/** An orphan does not wait for its threads: process.exit may do so for ever (https://github.com/nodejs/node/issues/54918). */
function endAtOnce(): void {
  process.kill(process.pid, 'SIGKILL');
}

function say(message: FromGuard): void {
  if (process.connected) process.send?.(message);
}

function start(given: GuardTask): void {
  task = given;
  const log = openSync(given.logFile, 'a', 0o600);
  postgres = spawn(given.postgres, [...given.arguments], {
    ...runAs(given.user),
    stdio: ['ignore', log, log],
  });
  postgres.on('error', (error) => {
    finish(error.message);
  });
  postgres.on('exit', (code, signal) => {
    finish(`Postgres ended (${signal ?? `status ${code}`})`);
  });
  announceReady(given).catch((error: unknown) => {
    stop('fast');
    say({ type: 'failed', reason: String(error) });
  });
}

function finish(reason: string): void {
  if (ended) return;
  ended = true;
  for (const directory of task?.removeAfterwards ?? []) rmSync(directory, { recursive: true, force: true });
  const message: FromGuard = { type: 'failed', reason: stopping ? reason : `${reason}\n${lastLogLines()}` };
  if (process.connected && process.send !== undefined)
    process.send(message, () => process.exit(stopping ? 0 : 1));
  else endAtOnce();
}

function lastLogLines(): string {
  try {
    return readFileSync(task?.logFile ?? '', 'utf8')
      .trimEnd()
      .split('\n')
      .slice(-5)
      .join('\n');
  } catch {
    return '';
  }
}

async function announceReady(given: GuardTask): Promise<void> {
  const deadline = Date.now() + readyLimitMs;
  for (;;) {
    try {
      await ask(given.url, 'select 1');
      say({ type: 'ready', pid: postgres?.pid ?? 0 });
      return;
    } catch (error) {
      if (ended || stopping) return;
      if (Date.now() > deadline) throw error;
      await pause(25);
    }
  }
}

async function ask<Row extends pg.QueryResultRow>(url: string, text: string): Promise<Row[]> {
  const client = new pg.Client({
    connectionString: url,
    application_name: applicationName,
    connectionTimeoutMillis: 2_000,
    query_timeout: 2_000,
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return (await client.query<Row>(text)).rows;
  } finally {
    await client.end().catch(() => undefined);
  }
}

function stop(mode: StopMode): void {
  stopping = true;
  if (task === undefined || postgres === undefined) {
    if (!process.connected) endAtOnce();
    process.exit(0);
  }
  if (process.platform === 'win32') {
    // Node cannot send signals on Windows; anything it sends ends the process as a crash would.
    spawnSync(task.pgCtl, ['stop', '-D', task.dataDirectory, '-m', mode]);
    return;
  }
  postgres.kill(mode === 'fast' ? 'SIGINT' : 'SIGQUIT');
  setTimeout(() => postgres?.kill('SIGQUIT'), fastStopLimitMs).unref();
}

/** The parent is gone: waits until nobody is connected any more, at most the patience of the task, then stops. */
async function stopAfterClients(): Promise<void> {
  if (stopping) return;
  if (task !== undefined) await waitForClients(task);
  stop('fast');
}

async function waitForClients({ url, orphanPatienceMs }: GuardTask): Promise<void> {
  const deadline = Date.now() + orphanPatienceMs;
  // A pool may be without a connection for a moment; a second look makes sure.
  for (let quietLooks = 0; Date.now() < deadline && quietLooks < 2;) {
    const rows = await ask<{ clients: string }>(
      url,
      `select count(*) as clients from pg_stat_activity
       where backend_type = 'client backend' and application_name <> '${applicationName}'`,
    ).catch(() => []);
    quietLooks = Number(rows[0]?.clients ?? 1) === 0 ? quietLooks + 1 : 0;
    await pause(100);
  }
}

process.on('message', (message: ToGuard) => {
  if (message.type === 'start') start(message);
  else stop(message.mode);
});
for (const event of ['disconnect', 'SIGTERM'] as const) {
  process.on(event, () => {
    void stopAfterClients();
  });
}
// Ctrl-C and a closed terminal are the supervisor's to answer.
for (const signal of ['SIGINT', 'SIGHUP'] as const) process.on(signal, () => undefined);
