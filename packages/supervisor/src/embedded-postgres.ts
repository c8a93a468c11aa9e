import { fork, spawnSync, type ChildProcess } from 'node:child_process';
import {
  chownSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FromGuard, GuardTask } from './guard-messages.ts';
import { makePrivateDirectory, postgresUser, runAs, type OsUser } from './os-user.ts';
import { placeCluster } from './cluster-place.ts';
import { preparePostgres, type PostgresBinaries } from './postgres-binaries.ts';
import { freeDataDirectory, type StopMode } from './postmaster-pid.ts';

/** The login that owns the embedded cluster. */
export const clusterOwner = 'smart_tickets';
const majorVersion = '18';
const maxLogBytes = 10_000_000;

export interface EmbeddedPostgresOptions {
  /** The cluster is made in here at the first start; see `placeCluster` for the one exception. */
  readonly dataDir: string;
  /** TCP port on 127.0.0.1. */
  readonly port: number;
  /** Password of the owner; the cluster keeps the one of its first start. */
  readonly password: string;
  /** Further settings, by the names of postgresql.conf. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Deletes the cluster when it ends, also when this process is killed. */
  readonly ephemeral?: boolean;
  /** How long connections may go on when this process is killed. */
  readonly orphanPatienceMs?: number;
}

/** A running cluster. */
export interface EmbeddedPostgres {
  readonly pid: number;
  readonly guardPid: number;
  readonly directory: string;
  readonly logFile: string;
  /** Connection string of one of its databases, as the owner. */
  url(database: string): string;
  /** Resolves, with the reason, when Postgres and its guard have ended, whoever ended them. */
  readonly ended: Promise<string>;
  /** Stops Postgres; may be called again, also with the harder mode. */
  stop(mode: StopMode): Promise<void>;
}

/** Connection string of a database of an embedded cluster. */
export function clusterUrl(port: number, password: string, database: string): string {
  return `postgres://${clusterOwner}:${encodeURIComponent(password)}@127.0.0.1:${port}/${database}`;
}

/**
 * Starts the embedded Postgres and resolves when it answers. Makes the cluster when there is none (UTF-8, the builtin
 * locale C.UTF-8, so that order is the same on every system). Ends a Postgres that was left on the same directory.
 * Rejects with what Postgres said when it cannot start.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const place = placeCluster(options.dataDir);
  const directory = path.join(place, 'postgres');
  const user = postgresUser(directory);
  const binaries = preparePostgres(user, path.join(place, 'programs'));
  if (existsSync(directory)) checkVersion(directory);
  else makeCluster(options, place, directory, binaries, user);
  await freeDataDirectory(directory);
  const logFile = path.join(options.dataDir, 'postgres.log');
  rotateLog(logFile);
  const task: GuardTask = {
    type: 'start',
    postgres: binaries.postgres,
    pgCtl: binaries.pgCtl,
    dataDirectory: directory,
    arguments: ['-D', directory, ...settingArguments(options)],
    logFile,
    user,
    url: clusterUrl(options.port, options.password, 'postgres'),
    orphanPatienceMs: options.orphanPatienceMs ?? 10_000,
    removeAfterwards: options.ephemeral === true ? [place, options.dataDir] : [],
  };
  return startGuarded(task, (database) => clusterUrl(options.port, options.password, database));
}

function settingArguments(options: EmbeddedPostgresOptions): string[] {
  const settings: Record<string, string> = {
    listen_addresses: '127.0.0.1',
    port: String(options.port),
    unix_socket_directories: '',
    max_connections: '200',
    shared_buffers: '128MB',
    log_min_messages: 'warning',
    // Statements and details carry what customers wrote; the log is no place for that.
    log_min_error_statement: 'panic',
    log_error_verbosity: 'terse',
    ...options.settings,
  };
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

function makeCluster(
  { password, ephemeral }: EmbeddedPostgresOptions,
  place: string,
  directory: string,
  binaries: PostgresBinaries,
  user: OsUser | null,
): void {
  // Made beside its place and moved there when complete, so that a start cut short leaves no half cluster.
  const draft = mkdtempSync(path.join(place, 'new-cluster-'));
  try {
    makePrivateDirectory(draft, user);
    const passwordFile = path.join(draft, 'password');
    writeFileSync(passwordFile, password, { mode: 0o600 });
    if (user !== null) chownSync(passwordFile, user.uid, user.gid);
    const data = path.join(draft, 'data');
    const flags = ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];
    const access = ['--auth=scram-sha-256', `--username=${clusterOwner}`, `--pwfile=${passwordFile}`];
    const speed = ephemeral === true ? ['--no-sync'] : [];
    const made = spawnSync(binaries.initdb, ['-D', data, ...flags, ...access, ...speed], {
      ...runAs(user),
      encoding: 'utf8',
    });
    if (made.status !== 0) {
      throw new Error(`cannot make the database cluster: ${made.error?.message ?? made.stderr}`);
    }
    renameSync(data, directory);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

function checkVersion(directory: string): void {
  const version = readFileSync(path.join(directory, 'PG_VERSION'), 'utf8').trim();
  if (version === majorVersion) return;
  throw new Error(`${directory} was made by Postgres ${version}, and this is Postgres ${majorVersion}.`);
}

function rotateLog(logFile: string): void {
  if ((statSync(logFile, { throwIfNoEntry: false })?.size ?? 0) > maxLogBytes)
    renameSync(logFile, `${logFile}.1`);
}

async function startGuarded(task: GuardTask, url: EmbeddedPostgres['url']): Promise<EmbeddedPostgres> {
  const guard = fork(fileURLToPath(new URL('./postgres-guard.ts', import.meta.url)), [], {
    cwd: '/',
    detached: true,
    execArgv: [],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  let reason = 'the guard of Postgres was killed';
  const ended = new Promise<string>((resolve) => {
    guard.on('exit', () => {
      resolve(reason);
    });
    guard.on('error', (error) => {
      resolve(error.message);
    });
  });
  const ready = new Promise<number>((resolve, reject) => {
    guard.on('message', (message: FromGuard) => {
      if (message.type === 'ready') resolve(message.pid);
      else {
        reason = message.reason;
        reject(new Error(message.reason));
      }
    });
    void ended.then((why) => {
      reject(new Error(why));
    });
  });
  guard.send(task);
  const pid = await ready;
  return {
    pid,
    guardPid: guard.pid ?? 0,
    directory: task.dataDirectory,
    logFile: task.logFile,
    url,
    ended,
    stop: (mode) => stopGuarded(guard, ended, mode),
  };
}

async function stopGuarded(guard: ChildProcess, ended: Promise<string>, mode: StopMode): Promise<void> {
  if (guard.connected) guard.send({ type: 'stop', mode }, () => undefined);
  await ended;
}
