import { repeat, type Repeated } from '@smart-tickets/kit/repeat';
import type { Logger } from '@smart-tickets/kit/logger';
import { readEndedUploads, type EndedUpload } from '../persistence/attachment-store.ts';
import type { Deps } from './deps.ts';
import { releaseBlob } from './forget-attachments.ts';

const everyMs = 3_600_000;
const batchSize = 500;

/**
 * Forgets the uploads whose time is over, and their bytes where no message needs them; gives back how many. One that
 * cannot be forgotten now is for the next round; where that is so for a whole batch, so are all the others.
 */
export async function forgetEndedUploads(deps: Deps, log: Logger, stopped?: AbortSignal): Promise<number> {
  let forgotten = 0;
  for (let reached: EndedUpload | null = null; ;) {
    const batch: EndedUpload[] = await readEndedUploads(deps.systemPool, reached, batchSize);
    const before = forgotten;
    for (const { workspaceId, id, sha256 } of batch) {
      if (stopped?.aborted === true) return forgotten;
      try {
        await releaseBlob(deps, workspaceId, sha256, { uploadId: id });
        forgotten += 1;
      } catch (error) {
        log.warn({ err: error, workspaceId, uploadId: id }, 'an ended upload could not be forgotten');
      }
    }
    reached = batch.at(-1) ?? null;
    if (batch.length < batchSize || forgotten === before) return forgotten;
  }
}

/** Every hour forgets ended uploads and removes what broken writes left in the blob store. */
export function startUploadSweep(deps: Deps, log: Logger): Repeated {
  return repeat(everyMs, log, 'ended uploads could not be forgotten', async (signal) => {
    await forgetEndedUploads(deps, log, signal);
    await deps.blobs.tidy();
  });
}
