import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { processIdentity } from './process-identity.ts';
import { StartFault } from './start-fault.ts';

/** Name of the lock in the data directory. */
export const lockName = 'supervisor.lock';

interface Lock {
  readonly pid: number;
  readonly identity: string;
  readonly url: string;
}

/**
 * Takes the data directory for this process and gives back how to let it go. Throws a StartFault that names the URL
 * when a living system has it. A lock whose process is gone, or whose id another process has by now, does not count.
 */
export function takeLock(dataDir: string, url: string): () => void {
  const file = path.join(dataDir, lockName);
  const own: Lock = { pid: process.pid, identity: processIdentity(process.pid) ?? '', url };
  const text = JSON.stringify(own);
  for (;;) {
    if (tryCreate(file, text)) {
      return () => {
        if (read(file) === text) rmSync(file, { force: true });
      };
    }
    const found = read(file);
    if (found === null) continue;
    const holder = livingHolder(found);
    if (holder !== null) {
      throw new StartFault(
        `Smart Tickets is already running on ${dataDir} (pid ${holder.pid}): ${holder.url}\n` +
          'Stop it first, or start another one: DATA_DIR=.data-2 PORT=4001 npm start',
      );
    }
    setAside(file, found);
  }
}

// Created under another name and linked, so that nobody ever reads a lock that is half written.
function tryCreate(file: string, text: string): boolean {
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, text, { mode: 0o600 });
  try {
    linkSync(draft, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

function read(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}

function livingHolder(text: string): Lock | null {
  try {
    const lock = JSON.parse(text) as Lock;
    return processIdentity(lock.pid) === lock.identity ? lock : null;
  } catch {
    return null;
  }
}

/** Removes a stale lock; puts it back when it has become somebody's living one in the meantime. */
function setAside(file: string, stale: string): void {
  const aside = `${file}.${process.pid}.stale`;
  try {
    renameSync(file, aside);
  } catch {
    return;
  }
  if (read(aside) !== stale) {
    try {
      linkSync(aside, file);
    } catch {
      // A third one has it by now, and the next look will find that one.
    }
  }
  rmSync(aside, { force: true });
}
