import type { AttachmentsUsed, JobEnvelope } from '@smart-tickets/contracts';
import { inWorkspace } from '@smart-tickets/kit/postgres';
import { inParallel } from '@smart-tickets/kit/limits';
import { ok } from '@smart-tickets/kit/result';
import { Readable } from 'node:stream';
import { AttachmentStore } from '../persistence/attachment-store.ts';
import { ErasureStore } from '../persistence/erasure-store.ts';
import type { Deps } from './deps.ts';

const putsAtOnce = 4;

/** A file whose bytes are at hand, as a part of a mail is. */
export interface FileAtHand {
  readonly sha256: string;
  readonly bytes: Buffer;
}

/**
 * Keeps the files of a message for good: first the lines in the book, then the bytes, so that no sweep takes them in
 * between. A repeat is as good as once. Throws when the blob store is out of reach: then the message has to wait.
 */
export async function keepFiles(
  deps: Deps,
  workspaceId: string,
  messageId: string,
  files: readonly FileAtHand[],
): Promise<void> {
  if (files.length === 0) return;
  const sha256s = files.map(({ sha256 }) => sha256);
  await inWorkspace<undefined, never>(deps.pool, workspaceId, async (tx) => {
    const store = new AttachmentStore(tx);
    await store.lock(sha256s);
    store.need(messageId, sha256s);
    return ok(undefined);
  });
  const different = [...new Map(files.map((file) => [file.sha256, file])).values()];
  await inParallel(different, putsAtOnce, async ({ sha256, bytes }) => {
    const content = { sha256, sizeBytes: bytes.length };
    const kept = await deps.blobs.put(workspaceId, content, Readable.from([bytes], { objectMode: true }));
    if (!kept.ok) throw new Error(`the hash of a file at hand is wrong: ${kept.error}`);
  });
}

/**
 * Notes which uploads went out with an answer, so that their bytes stay when the uploads are forgotten. Those are still
 * there, and with them the bytes: an upload is forgotten a day after the last answer could take it. Of an answer that was
 * erased meanwhile nothing is noted.
 */
export async function keepAttachments(deps: Deps, job: JobEnvelope<AttachmentsUsed>): Promise<void> {
  const { messageId, sha256s } = job.payload;
  await inWorkspace<undefined, never>(deps.pool, job.workspaceId, async (tx) => {
    if (await new ErasureStore(tx).isErased(messageId)) return ok(undefined);
    const store = new AttachmentStore(tx);
    await store.lock(sha256s);
    store.need(messageId, sha256s);
    return ok(undefined);
  });
}
