import type { Tx } from '@smart-tickets/kit/postgres';
import type pg from 'pg';
import { uploadKeptHours, uploadUsableHours, type Upload } from '../domain/upload.ts';

/**
 * The book of which bytes are still needed, within one transaction of one workspace: announced uploads, and the files of
 * messages in and out. A line is written before its bytes are, and bytes are deleted only under the lock of their hash
 * when no line names them: so whoever has written a line may rely on what is in the blob store, or comes to be there.
 */
export class AttachmentStore {
  #tx: Tx;

  constructor(tx: Tx) {
    this.#tx = tx;
  }

  /** Waits until nobody else decides about these bytes; until the end of the transaction. */
  async lock(sha256s: readonly string[]): Promise<void> {
    await this.#tx.query({
      name: 'blob-lock',
      text: `select pg_advisory_xact_lock(hashtextextended(hash, 0)) from unnest($1::text[]) as hash`,
      // In one order for all, so that nobody waits in a circle.
      values: [[...new Set(sha256s)].sort().map((sha256) => `${this.#tx.workspaceId}/${sha256}`)],
    });
  }

  /** Announces an upload. Lock its hash before. */
  announce({ id, ownerId, fileName, mediaType, sizeBytes, sha256 }: Upload): void {
    this.#tx.send({
      name: 'upload-announce',
      text: `insert into upload (workspace_id, id, owner_id, file_name, media_type, size_bytes, sha256)
             values ($1, $2, $3, $4, $5, $6, $7)`,
      values: [this.#tx.workspaceId, id, ownerId, fileName, mediaType, sizeBytes, sha256],
    });
  }

  /** The uploads of one owner that may still be put into messages, in no order. */
  async usable(ownerId: string, ids: readonly string[]): Promise<Upload[]> {
    const { rows } = await this.#tx.query<Upload>({
      name: 'upload-usable',
      text: `select id, owner_id as "ownerId", file_name as "fileName", media_type as "mediaType",
                    size_bytes as "sizeBytes", sha256
               from upload
              where workspace_id = $1 and owner_id = $2 and id = any($3)
                and created_at > now() - make_interval(hours => $4)`,
      values: [this.#tx.workspaceId, ownerId, ids, uploadUsableHours],
    });
    return rows;
  }

  /** Notes that a message needs these bytes. Lock them before, unless a line that names them is sure to stay meanwhile. */
  need(messageId: string, sha256s: readonly string[]): void {
    if (sha256s.length === 0) return;
    this.#tx.send({
      name: 'blob-need',
      text: `insert into message_blob (workspace_id, message_id, sha256)
             select distinct $1::uuid, $2::uuid, hash from unnest($3::text[]) as hash on conflict do nothing`,
      values: [this.#tx.workspaceId, messageId, sha256s],
    });
  }

  /** The bytes that any of these messages needs. */
  async neededBy(messageIds: readonly string[]): Promise<string[]> {
    const { rows } = await this.#tx.query<{ sha256: string }>({
      name: 'blob-needed-by',
      text: `select distinct sha256 from message_blob where workspace_id = $1 and message_id = any($2) order by sha256`,
      values: [this.#tx.workspaceId, messageIds],
    });
    return rows.map(({ sha256 }) => sha256);
  }

  /** Strikes out that these messages need the bytes, and that they were announced by uploads that ended. */
  async release(
    sha256: string,
    what: { readonly messageIds?: readonly string[]; readonly uploadId?: string },
  ): Promise<{ stillNeeded: boolean }> {
    const { workspaceId } = this.#tx;
    this.#tx.send({
      name: 'blob-release-messages',
      text: `delete from message_blob where workspace_id = $1 and sha256 = $2 and message_id = any($3)`,
      values: [workspaceId, sha256, what.messageIds ?? []],
    });
    this.#tx.send({
      name: 'blob-release-upload',
      text: `delete from upload where workspace_id = $1 and sha256 = $2 and id = $3`,
      values: [workspaceId, sha256, what.uploadId ?? null],
    });
    const { rows } = await this.#tx.query<{ needed: boolean }>({
      name: 'blob-needed',
      text: `select exists (select from message_blob where workspace_id = $1 and sha256 = $2)
                 or exists (select from upload where workspace_id = $1 and sha256 = $2) as needed`,
      values: [workspaceId, sha256],
    });
    return { stillNeeded: rows[0]?.needed ?? true };
  }
}

/** An upload whose time is over. */
export interface EndedUpload {
  readonly workspaceId: string;
  readonly id: string;
  readonly sha256: string;
  readonly createdAt: string;
}

/** Uploads of all workspaces that are to be forgotten, oldest first, those that come after `reached`. */
export async function readEndedUploads(
  systemPool: pg.Pool,
  reached: EndedUpload | null,
  limit: number,
): Promise<EndedUpload[]> {
  const { rows } = await systemPool.query<EndedUpload>(
    `select workspace_id as "workspaceId", id, sha256, created_at as "createdAt" from upload
      where created_at < now() - make_interval(hours => $1)
        and ($3::timestamptz is null or (created_at, workspace_id, id) > ($3, $4::uuid, $5::uuid))
      order by created_at, workspace_id, id limit $2`,
    [uploadKeptHours, limit, reached?.createdAt ?? null, reached?.workspaceId ?? null, reached?.id ?? null],
  );
  return rows;
}
