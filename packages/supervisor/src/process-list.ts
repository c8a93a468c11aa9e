import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { writeWhole } from './data-dir.ts';
import { processIdentity } from './process-identity.ts';

/** One running process of the system. */
export interface ListedProcess {
  readonly pid: number;
  readonly port: number;
}

const listName = 'processes.json';

/** Writes which process is what, for people and tools that look from outside. */
export function writeProcessList(
  dataDir: string,
  processes: Readonly<Record<string, ListedProcess | null>>,
): void {
  const entries = Object.entries(processes).map(([name, listed]) => [
    name,
    listed === null ? null : { ...listed, identity: processIdentity(listed.pid) },
  ]);
  writeWhole(
    path.join(dataDir, listName),
    `${JSON.stringify(Object.fromEntries(entries), null, 2)}\n`,
    0o600,
  );
}

/** What the list says now; a process that is being started again is null. */
export function readProcessList(
  dataDir: string,
): Readonly<Record<string, (ListedProcess & { identity: string | null }) | null>> {
  const file = path.join(dataDir, listName);
  if (!existsSync(file)) return {};
  return JSON.parse(readFileSync(file, 'utf8')) as ReturnType<typeof readProcessList>;
}

/**
 * Ends services that a killed supervisor has left behind, so that no two generations work at the same time: they are
 * ending by themselves, and what has not done so within `patienceMs` is killed. Gives back the names of those.
 */
export async function endLeftovers(
  dataDir: string,
  names: readonly string[],
  patienceMs = 5_000,
): Promise<string[]> {
  const deadline = Date.now() + patienceMs;
  let left = living(dataDir, names);
  while (left.length > 0 && Date.now() < deadline) {
    await pause(50);
    left = living(dataDir, names);
  }
  for (const { pid } of left) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It has ended in the meantime.
    }
  }
  return left.map(({ name }) => name);
}

function living(dataDir: string, names: readonly string[]): { name: string; pid: number }[] {
  return Object.entries(readProcessList(dataDir)).flatMap(([name, listed]) => {
    if (listed === null || listed.identity === null || !names.includes(name)) return [];
    return processIdentity(listed.pid) === listed.identity ? [{ name, pid: listed.pid }] : [];
  });
}
