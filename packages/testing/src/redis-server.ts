import { choosePorts } from '@smart-tickets/supervisor/ports';
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { eventually } from './eventually.ts';

/** A Redis of a test run's own. */
export interface TestRedis {
  readonly url: string;
  stop(): Promise<void>;
}

/** Arguments of a Redis that keeps nothing, and refuses to write rather than to forget. */
export const throwAwayArguments = [
  '--appendonly',
  'no',
  '--save',
  '',
  '--maxmemory-policy',
  'noeviction',
] as const;

/** Whether this machine has a redis-server to start. */
export function hasRedis(): boolean {
  return spawnSync('redis-server', ['--version']).status === 0;
}

// The shell ends Redis when its standard input closes, which it also does when the test run is killed.
const script =
  'port="$1"; directory="$2"; shift 2; ' +
  'redis-server --port "$port" --dir "$directory" --bind 127.0.0.1 "$@" >/dev/null & ' +
  'cat >/dev/null; kill $!; wait $!; rm -rf "$directory"';

/** Starts a Redis on loopback that keeps nothing; resolves when it answers. */
export async function startRedis(): Promise<TestRedis> {
  const [port] = await choosePorts(1);
  const directory = mkdtempSync(path.join(tmpdir(), 'smart-tickets-redis-'));
  const shell = spawn('/bin/sh', ['-c', script, 'sh', String(port), directory, ...throwAwayArguments], {
    detached: true,
    stdio: ['pipe', 'ignore', 'inherit'],
  });
  const ended = new Promise<void>((resolve) => {
    shell.on('exit', () => {
      resolve();
    });
  });
  await eventually(() => answers(port ?? 0));
  return {
    url: `redis://127.0.0.1:${port}`,
    stop: async () => {
      shell.stdin.end();
      await ended;
    },
  };
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('error', () => {
      resolve(false);
    });
    socket.once('data', (data) => {
      socket.destroy();
      resolve(data.toString().startsWith('+PONG'));
    });
    socket.write('PING\r\n');
  });
}
