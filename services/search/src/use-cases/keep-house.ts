import { retentionDays } from '@smart-tickets/kit/sweep';
import type pg from 'pg';
import { flushPending, pruneApplied, readWorkspaces } from '../persistence/applied-repository.ts';

// As long as the event log keeps what a job could be made of again.
const gapDays = retentionDays;
const batch = 5_000;
const mostBatches = 20;

/**
 * Forgets positions below which everything was taken in, in batches, at most 100,000 of each workspace. A gap, whose
 * job may still wait, is passed over after seven days. Safe to run in several processes at once. Stops between batches
 * when the signal aborts. Needs the system role.
 */
export async function forgetApplied(systemPool: pg.Pool, signal: AbortSignal): Promise<void> {
  for (const workspaceId of await readWorkspaces(systemPool)) {
    for (let round = 0; round < mostBatches && !signal.aborted; round += 1) {
      if ((await pruneApplied(systemPool, workspaceId, gapDays, batch)) < batch) break;
    }
  }
}

/** Tidies the index before searches have to. Needs the system role. */
export async function tidyIndex(systemPool: pg.Pool): Promise<void> {
  await flushPending(systemPool);
}
