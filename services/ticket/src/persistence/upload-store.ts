import type { UploadAnnounced } from '@smart-tickets/contracts';
import { readInWorkspace, type Tx } from '@smart-tickets/kit/postgres';
import type pg from 'pg';

/** How long an upload may be put into answers, in hours. The intake keeps its bytes a day longer. */
export const uploadUsableHours = 24;

/** For the sweep: uploads that nothing can use any more. */
export const trimUploads = `delete from upload where (workspace_id, id) in (
  select workspace_id, id from upload where created_at < now() - make_interval(days => least($1, 2)) limit $2)`;

/** Notes a file that may be put into answers, within one transaction of one workspace; once is as good as often. */
export function acceptUpload(tx: Tx, upload: UploadAnnounced): void {
  const { id, ownerId, fileName, mediaType, sizeBytes, sha256 } = upload;
  tx.send({
    name: 'upload-accept',
    text: `insert into upload (workspace_id, id, owner_id, file_name, media_type, size_bytes, sha256)
           values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing`,
    values: [tx.workspaceId, id, ownerId, fileName, mediaType, sizeBytes, sha256],
  });
}

/** The uploads of one owner that may still be used, in no order. */
export function readUploads(
  pool: pg.Pool,
  workspaceId: string,
  ownerId: string,
  ids: readonly string[],
): Promise<UploadAnnounced[]> {
  return readInWorkspace<UploadAnnounced>(pool, workspaceId, {
    name: 'uploads-of-owner',
    text: `select id, owner_id as "ownerId", file_name as "fileName", media_type as "mediaType",
                  size_bytes as "sizeBytes", sha256
             from upload
            where workspace_id = $1 and owner_id = $2 and id = any($3)
              and created_at > now() - make_interval(hours => $4)`,
    values: [workspaceId, ownerId, ids, uploadUsableHours],
  });
}
