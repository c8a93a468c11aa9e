import type pg from 'pg';
import { flushPending, pruneApplied, readWorkspaces } from '../persistence/applied-repository.ts';

const olderThanMinutes = 10;
const batch = 5_000;
const mostBatches = 20;

/**
 * Forgets positions that nobody waits for any more, in batches, at most 100,000 of each workspace. Safe to run in
 * several processes at once. Stops between batches when the signal aborts. Needs the system role.
 */
export async function forgetApplied(systemPool: pg.Pool, signal: AbortSignal): Promise<void> {
  for (const workspaceId of await readWorkspaces(systemPool)) {
    for (let round = 0; round < mostBatches && !signal.aborted; round += 1) {
      if ((await pruneApplied(systemPool, workspaceId, olderThanMinutes, batch)) < batch) break;
    }
  }
}

/** Tidies the index before searches have to. Needs the system role. */
export async function tidyIndex(systemPool: pg.Pool): Promise<void> {
  await flushPending(systemPool);
}
