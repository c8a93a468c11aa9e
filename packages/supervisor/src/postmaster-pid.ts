import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { commandLine, isAlive, parentOf } from './process-identity.ts';

/** What Postgres is to do with its clients when it stops: end them cleanly, or be gone at once and recover later. */
export type StopMode = 'fast' | 'immediate';

/**
 * The pid of a Postgres that runs on this data directory, by its pid file, or null. A pid file whose process is gone,
 * or belongs to some other program by now (as often in containers, where few ids go round), counts for nothing.
 */
export function livePostmaster(dataDirectory: string): number | null {
  let pid: number;
  try {
    pid = Number(readFileSync(path.join(dataDirectory, 'postmaster.pid'), 'utf8').split('\n')[0]);
  } catch {
    return null;
  }
  if (!Number.isInteger(pid) || pid <= 0 || !isAlive(pid)) return null;
  const command = commandLine(pid);
  return /postgres/.test(command) && command.includes(dataDirectory) ? pid : null;
}

/**
 * Makes the data directory free to start on: ends a Postgres that an earlier system left behind, after giving its
 * guard, when that still lives, `patienceMs` to do so, and removes a pid file that Postgres would take for a living one.
 */
export async function freeDataDirectory(dataDirectory: string, patienceMs = 12_000): Promise<void> {
  const pid = livePostmaster(dataDirectory);
  if (pid !== null) {
    const guarded = /postgres-guard/.test(commandLine(parentOf(pid) ?? 0));
    if (!guarded || !(await isGoneWithin(pid, patienceMs))) process.kill(pid, 'SIGINT');
    if (!(await isGoneWithin(pid, 30_000))) process.kill(pid, 'SIGQUIT');
    if (!(await isGoneWithin(pid, 10_000))) {
      throw new Error(`Another Postgres (pid ${pid}) runs on ${dataDirectory} and does not end.`);
    }
  }
  rmSync(path.join(dataDirectory, 'postmaster.pid'), { force: true });
}

async function isGoneWithin(pid: number, limitMs: number): Promise<boolean> {
  const deadline = Date.now() + limitMs;
  while (isAlive(pid)) {
    if (Date.now() > deadline) return false;
    await pause(50);
  }
  return true;
}
