import { inWorkspace } from '@smart-tickets/kit/postgres';
import { ok } from '@smart-tickets/kit/result';
import { AttachmentStore } from '../persistence/attachment-store.ts';
import type { Deps } from './deps.ts';

/**
 * Forgets the files of messages, in and out: their lines in the book, and the bytes that nothing else in the workspace
 * needs. Gives back how many files' bytes were deleted. Each file is a transaction of its own, begun and ended here: call
 * it outside of yours. May be repeated: what failed half-way is done the next time.
 */
export async function forgetAttachments(
  deps: Deps,
  workspaceId: string,
  messageIds: readonly string[],
): Promise<number> {
  if (messageIds.length === 0) return 0;
  const needed = await inWorkspace<string[], never>(deps.pool, workspaceId, async (tx) =>
    ok(await new AttachmentStore(tx).neededBy(messageIds)),
  );
  let deleted = 0;
  for (const sha256 of needed.ok ? needed.value : []) {
    if (await releaseBlob(deps, workspaceId, sha256, { messageIds })) deleted += 1;
  }
  return deleted;
}

/**
 * Strikes lines out of the book and deletes the bytes when none is left; whether it did. Under the lock of the hash: who
 * wants to write a new line waits, and then finds that the bytes have to be handed in again.
 */
export async function releaseBlob(
  deps: Deps,
  workspaceId: string,
  sha256: string,
  what: { readonly messageIds?: readonly string[]; readonly uploadId?: string },
): Promise<boolean> {
  const released = await inWorkspace<boolean, never>(deps.pool, workspaceId, async (tx) => {
    const store = new AttachmentStore(tx);
    await store.lock([sha256]);
    const { stillNeeded } = await store.release(sha256, what);
    if (!stillNeeded) await deps.blobs.delete(workspaceId, sha256);
    return ok(!stillNeeded);
  });
  return released.ok && released.value;
}
