import { openBlobs } from '@smart-tickets/kit/blobs';
import { ChannelTokens } from '@smart-tickets/kit/channel-token';
import { FileLinks } from '@smart-tickets/kit/file-link';
import { newId } from '@smart-tickets/kit/ids';
import { createLogger } from '@smart-tickets/kit/logger';
import { appRole, createPool, systemRole } from '@smart-tickets/kit/postgres';
import { createTestDatabase, type TestDatabase } from '@smart-tickets/testing/databases';
import { afterAll, afterEach, beforeAll, expect, jest, test } from '@jest/globals';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { migrations } from '../persistence/migrations/index.ts';
import { AnswerIds } from './answer-ids.ts';
import { createUpload } from './create-upload.ts';
import type { Deps } from './deps.ts';
import { forgetEndedUploads } from './sweep-uploads.ts';

const workspaceId = newId();
const log = createLogger('test', 'silent');
let folder: string;
let database: TestDatabase;
let deps: Deps;

beforeAll(async () => {
  database = await createTestDatabase(migrations);
  folder = mkdtempSync(join(tmpdir(), 'uploads-'));
  deps = {
    pool: createPool(database.url, appRole, 'test', 4, log),
    systemPool: createPool(database.url, systemRole, 'test', 2, log),
    blobs: openBlobs({ BLOB_URL: pathToFileURL(folder).href }),
    links: new FileLinks('a key of at least thirty-two characters', undefined),
    answerIds: new AnswerIds('a key of at least thirty-two characters'),
    channelTokens: new ChannelTokens('a key of at least thirty-two characters'),
    ratingLink: () => null,
    log,
    eventsWritten: () => undefined,
    deliveriesChanged: () => undefined,
    now: () => new Date(),
    newId,
  };
});
afterEach(() => {
  jest.restoreAllMocks();
});
afterAll(async () => {
  await deps.pool.end();
  await deps.systemPool.end();
  await database.drop();
  rmSync(folder, { recursive: true, force: true });
});

/** Announces a file so many hours ago, and, unless told otherwise, hands it in; gives back its hash. */
async function upload(hours: number, bytes = Buffer.from(newId()), arrives = true): Promise<string> {
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const content = { sizeBytes: bytes.length, sha256 };
  const created = await createUpload(
    deps,
    { workspaceId, ownerId: newId(), requestId: 'r' },
    { fileName: 'a.txt', mediaType: 'text/plain', ...content },
  );
  if (!created.ok) throw new Error(created.error.message);
  if (arrives) await deps.blobs.put(workspaceId, content, Readable.from([bytes], { objectMode: true }));
  await deps.systemPool.query(
    `update upload set created_at = now() - make_interval(hours => $2) where id = $1`,
    [created.value.upload.id, hours],
  );
  return sha256;
}

const has = (sha256: string): Promise<boolean> => deps.blobs.has(workspaceId, sha256);

test('bytes that no message took go with the last upload of them, after two days', async () => {
  const bytes = Buffer.from(newId());
  const sha256 = await upload(49, bytes);
  await upload(47, bytes);

  expect(await forgetEndedUploads(deps, log)).toBe(1);
  expect(await has(sha256)).toBe(true);

  await deps.systemPool.query(`update upload set created_at = now() - interval '49 hours'`);
  expect(await forgetEndedUploads(deps, log)).toBe(1);
  expect(await has(sha256)).toBe(false);
});

test('an upload whose bytes cannot be deleted holds up no others, and goes when they can', async () => {
  const [older, stuck, younger] = [await upload(60), await upload(59), await upload(58)];
  const remove = deps.blobs.delete.bind(deps.blobs);
  jest.spyOn(deps.blobs, 'delete').mockImplementation(async (workspace, sha256) => {
    if (sha256 === stuck) throw new Error('stuck');
    await remove(workspace, sha256);
  });

  expect(await forgetEndedUploads(deps, log)).toBe(2);
  expect(await Promise.all([older, stuck, younger].map(has))).toEqual([false, true, false]);

  jest.restoreAllMocks();
  expect(await forgetEndedUploads(deps, log)).toBe(1);
  expect(await has(stuck)).toBe(false);
});

test('a batch of which none can be forgotten ends the round', async () => {
  for (let many = 0; many < 501; many += 1) {
    await upload(49, Buffer.from(newId()), false);
  }
  const deletion = jest.spyOn(deps.blobs, 'delete').mockRejectedValue(new Error('away'));

  expect(await forgetEndedUploads(deps, log)).toBe(0);
  expect(deletion).toHaveBeenCalledTimes(500);

  jest.restoreAllMocks();
  expect(await forgetEndedUploads(deps, log)).toBe(501);
});
