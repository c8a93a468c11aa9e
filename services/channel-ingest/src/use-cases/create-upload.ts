import { isSha256 } from '@smart-tickets/kit/blob-store';
import { appendEvents } from '@smart-tickets/kit/outbox';
import { inWorkspace } from '@smart-tickets/kit/postgres';
import { err, ok, type Result } from '@smart-tickets/kit/result';
import { storable } from '@smart-tickets/kit/text';
import { maxUploadBytes, normaliseMediaType, safeFileName } from '../domain/attachment.ts';
import type { Upload } from '../domain/upload.ts';
import { AttachmentStore } from '../persistence/attachment-store.ts';
import type { Deps } from './deps.ts';

/** Who announces a file: an agent, or a connector for its channel. */
export interface Uploader {
  readonly workspaceId: string;
  readonly ownerId: string;
  readonly requestId: string;
}

export interface UploadInput {
  readonly fileName: string;
  readonly mediaType: string;
  readonly sizeBytes: number;
  readonly sha256: string;
}

export interface UploadFault {
  readonly code: 'INVALID' | 'LIMIT_EXCEEDED';
  readonly field: keyof UploadInput;
  readonly message: string;
}

/** What was announced, with the link by which its bytes are handed in. */
export interface AnnouncedUpload {
  readonly upload: Upload;
  readonly uploadUrl: string;
}

/**
 * Announces a file, so that its bytes may be handed in within two hours and put into messages within a day. Announcing
 * twice makes two uploads of the same bytes, which are kept once.
 */
export async function createUpload(
  deps: Deps,
  uploader: Uploader,
  input: UploadInput,
): Promise<Result<AnnouncedUpload, UploadFault>> {
  const read = readInput(input);
  if (!read.ok) return read;
  const { workspaceId, ownerId, requestId } = uploader;
  const upload: Upload = { id: deps.newId(), ownerId, ...read.value };
  await inWorkspace<undefined, never>(deps.pool, workspaceId, async (tx) => {
    const store = new AttachmentStore(tx);
    await store.lock([upload.sha256]);
    store.announce(upload);
    appendEvents(tx, [
      {
        id: deps.newId(),
        topic: 'upload.announced',
        payload: upload,
        cause: { requestId, eventId: null, depth: 0 },
      },
    ]);
    return ok(undefined);
  });
  deps.eventsWritten();
  const { id, fileName, mediaType, sizeBytes, sha256 } = upload;
  const file = { workspaceId, attachmentId: id, fileName, mediaType, sizeBytes, sha256, inline: false };
  return ok({ upload, uploadUrl: deps.links.upload(file, deps.now().getTime()) });
}

function readInput(input: UploadInput): Result<UploadInput, UploadFault> {
  const { sizeBytes } = input;
  const sha256 = input.sha256.toLowerCase();
  const fileName = safeFileName(storable(input.fileName));
  if (fileName === null) {
    return err({
      code: 'INVALID',
      field: 'fileName',
      message: 'A file needs a name of at least one character.',
    });
  }
  if (sizeBytes < 1) {
    return err({ code: 'INVALID', field: 'sizeBytes', message: 'A file has at least one byte.' });
  }
  if (sizeBytes > maxUploadBytes) {
    const message = `A file has at most ${maxUploadBytes} bytes (25 MiB); this one has ${sizeBytes}.`;
    return err({ code: 'LIMIT_EXCEEDED', field: 'sizeBytes', message });
  }
  if (!isSha256(sha256)) {
    const message = 'sha256 is the SHA-256 of the bytes as 64 hexadecimal digits.';
    return err({ code: 'INVALID', field: 'sha256', message });
  }
  return ok({ fileName, mediaType: normaliseMediaType(input.mediaType), sizeBytes, sha256 });
}
