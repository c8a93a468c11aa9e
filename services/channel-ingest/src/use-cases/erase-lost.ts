import type { JobEnvelope } from '@smart-tickets/contracts';
import { ErasureStore } from '../persistence/erasure-store.ts';
import { InboundStore } from '../persistence/inbound-store.ts';
import type { Deps } from './deps.ts';
import { inTransaction } from './erase-events.ts';
import { eraseItems } from './erase-items.ts';
import { readStored } from './read-stored.ts';

/**
 * Erases a dead letter when its sender, or the very mail, was erased while it was thought to be on a ticket: the ticket service
 * could not name it then. An erasure that begins later finds it by itself. Looks only at items whose raw form is still there, and
 * only as long as senders who were erased are remembered. Safe to repeat.
 */
export async function eraseLost(deps: Deps, job: JobEnvelope<unknown>, messageId: string): Promise<void> {
  const { workspaceId } = job;
  const work = await inTransaction(deps, workspaceId, (tx) =>
    new InboundStore(tx).readWork(messageId, 'DEAD_LETTER'),
  );
  if (work === null) return;
  const read = await readStored(deps, workspaceId, work);
  if (!read.ok) return;
  const { from, sameMail } = read.value.content;
  const erased = await inTransaction(deps, workspaceId, (tx) =>
    new ErasureStore(tx).erasedBefore(from.identities, sameMail),
  );
  if (erased.mail || (erased.at !== null && work.storedAt <= erased.at)) {
    await eraseItems(deps, job, [messageId]);
  }
}
