import type { JobEnvelope } from '@smart-tickets/contracts';
import { z } from 'zod';
import { ErasureStore } from '../persistence/erasure-store.ts';
import type { Deps } from './deps.ts';
import { eraseEvents, inTransaction } from './erase-events.ts';
import { forgetAttachments, releaseBlob } from './forget-attachments.ts';
import { resumeWaiting } from './resume-waiting.ts';

/** What an erasure reached: ids of messages, in and out, and how many files' bytes were deleted. */
export interface Erased {
  readonly messageIds: readonly string[];
  readonly files: number;
}

/**
 * Erases messages with their files, uploads, deliveries and events, and mails that are the same as one of them. Begins and ends
 * transactions of its own: call it outside of yours. Each step may be repeated; what breaks off is done by a repeat with
 * the same ids.
 * @param end what becomes of those that are still on their way
 */
export async function eraseItems(
  deps: Deps,
  job: JobEnvelope<unknown>,
  named: readonly string[],
  end: 'HELD' | 'DUPLICATE' = 'HELD',
): Promise<Erased> {
  if (named.length === 0) return { messageIds: [], files: 0 };
  const { workspaceId } = job;
  const nowIso = deps.now().toISOString();
  await inTransaction(deps, workspaceId, (tx) => {
    const store = new ErasureStore(tx);
    store.rememberMessages(named, nowIso);
    store.leaveKeys(named);
    return Promise.resolve();
  });
  // While the items still say which they are.
  await forgetUploadsOf(deps, workspaceId, named);
  const erased = await inTransaction(deps, workspaceId, async (tx) => {
    const store = new ErasureStore(tx);
    const items = await store.lock(named);
    // Whatever waited for one of them to get to its ticket goes on without it.
    for (const { id, waits } of items) if (waits) await resumeWaiting(deps, tx, job, id);
    const ids = items.map(({ id }) => id);
    store.erase(ids, nowIso, end);
    store.eraseDeliveries(named, job.id, nowIso);
    return ids;
  });
  deps.eventsWritten();
  await eraseEvents(deps, workspaceId, 'delivery.failed', named);
  const messageIds = [...new Set([...named, ...erased])];
  return { messageIds, files: await eraseTraces(deps, workspaceId, messageIds) };
}

/** Erases what is left of messages whose items are erased: files, then events, by which a repeat finds the messages. */
export async function eraseTraces(
  deps: Deps,
  workspaceId: string,
  messageIds: readonly string[],
): Promise<number> {
  const files = await forgetAttachments(deps, workspaceId, messageIds);
  await eraseEvents(deps, workspaceId, 'inbound.normalised', messageIds);
  return files;
}

const namedUploads = z.object({
  attachments: z.array(z.object({ id: z.string(), sha256: z.string() })).default([]),
});

/** Forgets the uploads that messages name; the bytes stay while the messages' own lines are in the book. */
async function forgetUploadsOf(
  deps: Deps,
  workspaceId: string,
  messageIds: readonly string[],
): Promise<void> {
  const within = <T>(work: (store: ErasureStore) => Promise<T>): Promise<T> =>
    inTransaction(deps, workspaceId, (tx) => work(new ErasureStore(tx)));
  const uploads: { id: string; sha256: string }[] = [];
  for (const id of await within((store) => store.namingUploads(messageIds))) {
    const raw = await within((store) => store.readRaw(id));
    if (raw !== null) uploads.push(...namedUploads.parse(JSON.parse(raw.toString('utf8'))).attachments);
  }
  const ids = [...new Set(uploads.map(({ id }) => id))];
  await eraseEvents(deps, workspaceId, 'upload.announced', ids);
  for (const { id, sha256 } of uploads) await releaseBlob(deps, workspaceId, sha256, { uploadId: id });
}
