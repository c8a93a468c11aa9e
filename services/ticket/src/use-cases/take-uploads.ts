import type { Attachment, UploadAnnounced } from '@smart-tickets/contracts';
import { isId } from '@smart-tickets/kit/ids';
import { inParallel, pause } from '@smart-tickets/kit/limits';
import { err, ok, type Result } from '@smart-tickets/kit/result';
import type { InputFault } from '../domain/input-fault.ts';
import { readUploads } from '../persistence/upload-store.ts';
import type { Caller, Deps } from './deps.ts';

/** Most files of one answer. */
export const maxAttachments = 100;

const looksAtOnce = 8;
/** An upload's announcement may still be on its way here: waits between looks, two seconds in all. */
const waitsMs = [50, 100, 200, 400, 600, 650] as const;
const field = 'attachmentIds';

/**
 * The files that an agent names by its uploads, in its order, each once: those that it announced itself within the last
 * day and whose bytes have come. Call it before a transaction, not within: it may wait for two seconds and asks the blob
 * store. One upload may be used in several answers.
 */
export async function takeUploads(
  deps: Deps,
  caller: Caller,
  given: readonly string[],
): Promise<Result<Attachment[], InputFault>> {
  if (given.length === 0) return ok([]);
  if (given.length > maxAttachments) {
    return err({ code: 'LIMIT_EXCEEDED', field, message: `An answer has at most ${maxAttachments} files.` });
  }
  const ids = [...new Set(given.map((id) => id.toLowerCase()))];
  const strange = ids.find((id) => !isId(id));
  const uploads = strange === undefined ? await find(deps, caller, ids) : [];
  const found = new Map(uploads.map((upload) => [upload.id, upload]));
  const missing = strange ?? ids.find((id) => !found.has(id));
  if (missing !== undefined) {
    const message = `There is no upload ${missing.slice(0, 80)} of yours, or it is older than a day: announce the file again.`;
    return err({ code: 'INVALID', field, message });
  }
  const files = ids.flatMap((id) => found.get(id) ?? []);
  const arrived = await inParallel(files, looksAtOnce, ({ sha256 }) =>
    deps.blobs.has(caller.workspaceId, sha256),
  );
  const empty = files[arrived.indexOf(false)];
  if (empty !== undefined) {
    const message = `The bytes of ${empty.fileName} have not come: PUT them to the uploadUrl first.`;
    return err({ code: 'INVALID', field, message });
  }
  return ok(
    files.map(({ ownerId: _owner, ...file }): Attachment => ({ ...file, inline: false, contentId: null })),
  );
}

async function find(deps: Deps, caller: Caller, ids: readonly string[]): Promise<UploadAnnounced[]> {
  const look = (): Promise<UploadAnnounced[]> =>
    readUploads(deps.pool, caller.workspaceId, caller.agentId, ids);
  let found = await look();
  for (const waitMs of waitsMs) {
    if (found.length === ids.length) break;
    await pause(waitMs);
    found = await look();
  }
  return found;
}
