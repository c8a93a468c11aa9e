import { pause } from '@smart-tickets/kit/limits';
import { readInWorkspace } from '@smart-tickets/kit/postgres';
import type pg from 'pg';
import { isApplied } from '../persistence/applied-repository.ts';

const pollMs = 25;

/**
 * Waits until the event at this position of the ticket service's log can be found, at most `limitMs`; false when it
 * still cannot.
 */
export async function awaitEvent(
  pool: pg.Pool,
  workspaceId: string,
  pos: number,
  limitMs = 2_000,
): Promise<boolean> {
  const deadline = performance.now() + limitMs;
  for (;;) {
    const rows = await readInWorkspace<{ applied: boolean }>(pool, workspaceId, isApplied(workspaceId, pos));
    if (rows[0]?.applied === true) return true;
    if (performance.now() + pollMs > deadline) return false;
    await pause(pollMs);
  }
}
