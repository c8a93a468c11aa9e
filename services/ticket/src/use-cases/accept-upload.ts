import type { JobEnvelope, UploadAnnounced } from '@smart-tickets/contracts';
import { inWorkspace } from '@smart-tickets/kit/postgres';
import { ok } from '@smart-tickets/kit/result';
import { acceptUpload as accept } from '../persistence/upload-store.ts';
import type { Deps } from './deps.ts';

/** Takes note of a file that was announced, so that its owner can put it into answers. A repeat changes nothing. */
export async function acceptUpload(deps: Deps, job: JobEnvelope<UploadAnnounced>): Promise<void> {
  await inWorkspace<undefined, never>(deps.pool, job.workspaceId, (tx) => {
    accept(tx, job.payload);
    return Promise.resolve(ok(undefined));
  });
}
