import type { Attachment } from '@smart-tickets/contracts';
import { isId } from '@smart-tickets/kit/ids';
import { inParallel } from '@smart-tickets/kit/limits';
import { inWorkspace } from '@smart-tickets/kit/postgres';
import { err, ok, type Result } from '@smart-tickets/kit/result';
import { maxAttachments } from '../domain/attachment.ts';
import { AttachmentStore } from '../persistence/attachment-store.ts';
import type { Connector, Deps } from './deps.ts';
import type { IngestFault } from './store-inbound.ts';

const looksAtOnce = 8;
const field = ['input', 'attachmentIds'];

/**
 * The files that a connector names by its uploads, in its order, each once: those that it announced itself and whose
 * bytes have come.
 */
export async function takeUploads(
  deps: Deps,
  { workspaceId, channelId }: Connector,
  given: readonly string[],
): Promise<Result<Attachment[], IngestFault>> {
  if (given.length === 0) return ok([]);
  if (given.length > maxAttachments) {
    const message = `A message has at most ${maxAttachments} files.`;
    return err({ code: 'LIMIT_EXCEEDED', field, message });
  }
  const ids = [...new Set(given.map((id) => id.toLowerCase()))];
  const known = ids.filter(isId);
  const found = await inWorkspace<Map<string, Attachment>, never>(deps.pool, workspaceId, async (tx) => {
    const uploads = await new AttachmentStore(tx).usable(channelId, known);
    const files = uploads.map(({ ownerId: _owner, ...upload }): Attachment => ({
      ...upload,
      inline: false,
      contentId: null,
    }));
    return ok(new Map(files.map((file) => [file.id, file])));
  });
  const files: Attachment[] = [];
  for (const id of ids) {
    const file = found.ok ? found.value.get(id) : undefined;
    if (file === undefined) {
      const message = `There is no upload ${id.slice(0, 80)} of this channel, or it is older than a day.`;
      return err({ code: 'INVALID', field, message });
    }
    files.push(file);
  }
  const arrived = await inParallel(files, looksAtOnce, ({ sha256 }) => deps.blobs.has(workspaceId, sha256));
  const missing = files[arrived.indexOf(false)];
  if (missing === undefined) return ok(files);
  const message = `The bytes of upload ${missing.id} have not come: PUT them to its uploadUrl first.`;
  return err({ code: 'INVALID', field, message });
}
