import { choosePorts } from '@smart-tickets/supervisor/ports';
import { readProcessList } from '@smart-tickets/supervisor/process-list';
import type { Tokens } from '@smart-tickets/supervisor/secrets';
import { spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const entry = fileURLToPath(import.meta.resolve('@smart-tickets/supervisor/main'));
const readyLine = /^Smart Tickets is ready: (?<url>\S+)$/;

/** One of the processes of a running system, by its name in the supervisor's list. */
export type PartName =
  | 'supervisor'
  | 'gateway'
  | 'ticket'
  | 'channel-ingest'
  | 'routing'
  | 'search'
  | 'postgres'
  | 'postgres-guard';

/** A whole system as `npm start` runs it, of real processes. */
export interface RunningSystem {
  /** The gateway's GraphQL endpoint. */
  readonly url: string;
  readonly dataDir: string;
  readonly tokens: Tokens;
  /** Everything the system has written so far, line by line. */
  readonly output: readonly string[];
  /** The pid of a part now; null while it is being started again. */
  pid(part: PartName): number | null;
  /** The loopback port of a part, as long as it runs. */
  port(part: PartName): number | null;
  /** Sends a signal to a part that runs; gives back its pid. */
  kill(part: PartName, signal: NodeJS.Signals): number;
  /** Stops it as Ctrl-C does and gives back the exit status. A data directory that it was not given is deleted. */
  stop(): Promise<number>;
}

export interface SystemOptions {
  /** Further environment, such as QUEUE_URL. */
  readonly env?: Readonly<Record<string, string>>;
  /** Where the data are kept; without it, in a directory that ends with the system. */
  readonly dataDir?: string;
  /** How long the start may take. */
  readonly limitMs?: number;
}

/** Starts a system by the supervisor's real entry, on free ports, and resolves when it is ready. */
export async function startSystem(options: SystemOptions = {}): Promise<RunningSystem> {
  const dataDir = options.dataDir ?? newDataDir();
  const [port] = await choosePorts(1);
  const child = spawn(process.execPath, [entry], {
    env: { ...process.env, ...options.env, DATA_DIR: dataDir, PORT: String(port) },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const output: string[] = [];
  const ended = endOf(child);
  const url = await untilReady(child, output, ended, options.limitMs ?? 90_000);
  const listed = (part: PartName): { pid: number; port: number } | null =>
    readProcessList(dataDir)[part] ?? null;
  return {
    url,
    dataDir,
    output,
    tokens: JSON.parse(readFileSync(path.join(dataDir, 'tokens.json'), 'utf8')) as Tokens,
    pid: (part) => listed(part)?.pid ?? null,
    port: (part) => listed(part)?.port ?? null,
    kill: (part, signal) => {
      const pid = listed(part)?.pid;
      if (pid === undefined) throw new Error(`${part} does not run`);
      process.kill(pid, signal);
      return pid;
    },
    stop: async () => {
      child.kill('SIGINT');
      const status = await ended;
      if (options.dataDir === undefined) rmSync(dataDir, { recursive: true, force: true });
      return status;
    },
  };
}

/** A new data directory that the Postgres of a system started by root can reach. */
export function newDataDir(): string {
  const directory = mkdtempSync(path.join(tmpdir(), 'smart-tickets-system-'));
  if (process.getuid?.() === 0) chmodSync(directory, 0o711);
  return directory;
}

function endOf(child: ChildProcess): Promise<number> {
  return new Promise((resolve) => {
    child.on('close', (code) => {
      resolve(code ?? -1);
    });
  });
}

async function untilReady(
  child: ChildProcess,
  output: string[],
  ended: Promise<number>,
  limitMs: number,
): Promise<string> {
  const ready = new Promise<string>((resolve) => {
    for (const stream of [child.stdout, child.stderr]) {
      if (stream === null) continue;
      createInterface({ input: stream }).on('line', (line) => {
        output.push(line);
        const url = readyLine.exec(line)?.groups?.['url'];
        if (url !== undefined) resolve(url);
      });
    }
  });
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      child.kill('SIGTERM');
      reject(new Error(`the system was not ready within ${limitMs} ms:\n${output.slice(-60).join('\n')}`));
    }, limitMs);
  });
  const early = ended.then((status) => {
    throw new Error(
      `the system ended with status ${status} while starting:\n${output.slice(-60).join('\n')}`,
    );
  });
  early.catch(() => undefined);
  try {
    return await Promise.race([ready, early, late]);
  } finally {
    clearTimeout(timer);
  }
}
