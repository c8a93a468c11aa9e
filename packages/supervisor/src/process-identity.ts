import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Whether a process with that id runs, whoever owns it. One that has ended and is only waited for does not count. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    // In containers whose first process collects nobody, ended processes keep their ids for ever.
    return process.platform !== 'linux' || statField(pid, 3) !== 'Z';
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/**
 * What tells a process from a later one with the same id: its start time. Null when there is no such process. Where the
 * system does not tell start times, every living process of that id looks the same.
 */
export function processIdentity(pid: number): string | null {
  if (!isAlive(pid)) return null;
  // Field 22 of stat is the start time.
  if (process.platform === 'linux') return statField(pid, 22);
  const { stdout } = spawnSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' });
  return (stdout as string | null)?.trim() || 'unknown';
}

/** The process that started it, or the one that has taken it over; null when that cannot be told. */
export function parentOf(pid: number): number | null {
  if (process.platform === 'linux') return Number(statField(pid, 4)) || null;
  const { stdout } = spawnSync('ps', ['-o', 'ppid=', '-p', String(pid)], { encoding: 'utf8' });
  return Number(stdout) || null;
}

// Source: proc_pid_stat(5).
function statField(pid: number, field: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field, a name in brackets, may itself hold spaces and brackets.
    const afterName = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return afterName[field - 3] ?? null;
  } catch {
    return null;
  }
}

/** The command line of a process, its words separated by spaces; empty when it cannot be read. */
export function commandLine(pid: number): string {
  if (process.platform === 'linux') {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
    } catch {
      return '';
    }
  }
  const { stdout } = spawnSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' });
  return (stdout as string | null)?.trim() ?? '';
}
