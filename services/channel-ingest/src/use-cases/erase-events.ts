import { inWorkspace, type Tx } from '@smart-tickets/kit/postgres';
import { ok } from '@smart-tickets/kit/result';
import { ErasureStore, type ErasedTopic } from '../persistence/erasure-store.ts';
import type { Deps } from './deps.ts';

/** One transaction that has no expected failure. */
export async function inTransaction<T>(
  deps: Deps,
  workspaceId: string,
  work: (tx: Tx) => Promise<T>,
): Promise<T> {
  const result = await inWorkspace<T, never>(deps.pool, workspaceId, async (tx) => ok(await work(tx)));
  if (!result.ok) throw new Error('unreachable: there is no expected failure');
  return result.value;
}

/**
 * Erases what outbox and event log hold of messages, or of uploads, some thousand positions at a time; they are not handed
 * over any more. May be repeated.
 */
export async function eraseEvents(
  deps: Deps,
  workspaceId: string,
  of: ErasedTopic,
  ids: readonly string[],
): Promise<void> {
  if (ids.length === 0) return;
  const within = <T>(work: (store: ErasureStore) => Promise<T>): Promise<T> =>
    inTransaction(deps, workspaceId, (tx) => work(new ErasureStore(tx)));
  await within((store) => Promise.resolve(store.eraseOutbox(of, ids)));
  for (const step of await within((store) => store.logSteps())) {
    await within((store) => Promise.resolve(store.eraseLog(of, ids, step)));
  }
}
