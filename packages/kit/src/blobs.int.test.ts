import { startS3Server, type S3Server } from '@smart-tickets/testing/s3-server';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import { openBlobs } from './blobs.ts';
import type { BlobContent, BlobStore } from './blob-store.ts';
import { newId } from './ids.ts';
import { isOutage } from './outage.ts';

const ours = newId();
const theirs = newId();
let folder: string;
let s3: S3Server;
const stores: Record<string, BlobStore> = {};

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'blobs-'));
  s3 = await startS3Server();
  stores['disk'] = openBlobs({ BLOB_URL: pathToFileURL(folder).href });
  stores['S3'] = openBlobs({
    BLOB_URL: `s3://${s3.bucket}/some/prefix?endpoint=${s3.endpoint}&region=${s3.region}`,
    AWS_ACCESS_KEY_ID: s3.accessKeyId,
    AWS_SECRET_ACCESS_KEY: s3.secretAccessKey,
  });
});
afterAll(async () => {
  await s3.close();
  rmSync(folder, { recursive: true, force: true });
});

function contentOf(bytes: Buffer): BlobContent {
  return { sha256: createHash('sha256').update(bytes).digest('hex'), sizeBytes: bytes.length };
}

async function* pieces(bytes: Buffer, size = 10_000): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += size) {
    // Each piece comes by itself, as it does from a socket.
    await Promise.resolve();
    yield bytes.subarray(start, start + size);
  }
}

/** Everything that a store holds, finished or not. */
function held(kind: string): string[] {
  if (kind === 'S3') return [...s3.objects.keys()];
  const all = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return all.filter((name) => statSync(join(folder, name)).isFile());
}

async function read(store: BlobStore, workspaceId: string, sha256: string): Promise<Buffer | null> {
  const blob = await store.open(workspaceId, sha256);
  return blob === null ? null : buffer(blob.stream);
}

describe.each(['disk', 'S3'])('blobs on %s', (kind) => {
  const store = (): BlobStore => stores[kind]!;
  const bytes = Buffer.from(`${kind} ${newId()} `.repeat(5_000));
  const content = contentOf(bytes);

  test('what was put is there for its workspace and nobody else, as often as it is put', async () => {
    expect(await store().has(ours, content.sha256)).toBe(false);

    const put = () => store().put(ours, content, pieces(bytes));
    expect(await Promise.all([put(), put(), put()])).toEqual(
      Array.from({ length: 3 }, () => ({ ok: true, value: undefined })),
    );
    expect(await put()).toEqual({ ok: true, value: undefined });

    expect((await read(store(), ours, content.sha256))?.equals(bytes)).toBe(true);
    expect(await store().has(theirs, content.sha256)).toBe(false);
    expect(await store().open(theirs, content.sha256)).toBeNull();
    expect(held(kind).filter((name) => name.endsWith(content.sha256))).toHaveLength(1);
  });

  test('a part is given with the size of the whole', async () => {
    const blob = await store().open(ours, content.sha256, { start: 3, end: 9 });

    expect(blob?.sizeBytes).toBe(bytes.length);
    expect(blob === null ? null : await buffer(blob.stream)).toEqual(bytes.subarray(3, 10));
  });

  test('an empty file is a file', async () => {
    const empty = contentOf(Buffer.alloc(0));

    expect(await store().put(ours, empty, pieces(Buffer.alloc(0)))).toMatchObject({ ok: true });

    expect(await read(store(), ours, empty.sha256)).toEqual(Buffer.alloc(0));
  });

  test.each([
    ['more bytes', (whole: Buffer) => Buffer.concat([whole, Buffer.from('x')]), 'TOO_LONG'],
    ['fewer bytes', (whole: Buffer) => whole.subarray(1), 'TOO_SHORT'],
    ['other bytes', (whole: Buffer) => Buffer.concat([whole.subarray(1), Buffer.from('x')]), 'OTHER_CONTENT'],
  ])('%s than announced are refused and leave nothing', async (_name, change, fault) => {
    const announced = contentOf(Buffer.from(`${newId()} `.repeat(1_000)));
    const before = held(kind);
    const sent = change(Buffer.alloc(announced.sizeBytes, 'a'));

    expect(await store().put(ours, announced, pieces(sent))).toEqual({ ok: false, error: fault });

    expect(held(kind)).toEqual(before);
    expect(await store().has(ours, announced.sha256)).toBe(false);
  });

  test('bytes that are there already do not spare those who announce them the proof', async () => {
    const wrong = Buffer.alloc(content.sizeBytes, 'a');

    expect(await store().put(ours, content, pieces(wrong))).toEqual({ ok: false, error: 'OTHER_CONTENT' });

    expect((await read(store(), ours, content.sha256))?.equals(bytes)).toBe(true);
  });

  test('a source that breaks off leaves nothing', async () => {
    const announced = contentOf(Buffer.from(`${newId()} `.repeat(1_000)));
    const before = held(kind);
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield* pieces(Buffer.alloc(500));
      throw new Error('the line is cut');
    }

    await expect(store().put(ours, announced, broken())).rejects.toThrow('the line is cut');

    expect(held(kind)).toEqual(before);
  });

  test('what was deleted is gone, once or twice, and only where it was deleted', async () => {
    await store().put(theirs, content, pieces(bytes));

    await store().delete(ours, content.sha256);
    await store().delete(ours, content.sha256);

    expect(await store().has(ours, content.sha256)).toBe(false);
    expect((await read(store(), theirs, content.sha256))?.equals(bytes)).toBe(true);
  });

  test.each(['../../etc/passwd', 'A'.repeat(64), `${'a'.repeat(63)}/`])(
    'no blob has the name %s',
    async (name) => {
      await expect(store().has(ours, name)).rejects.toThrow('name of a blob');
      await expect(store().has('..', 'a'.repeat(64))).rejects.toThrow('name of a blob');
    },
  );
});

test('what a killed process left behind goes after an hour', async () => {
  const left = join(folder, '.drafts', 'left');
  const current = join(folder, '.drafts', 'current');
  for (const file of [left, current]) writeFileSync(file, 'x');
  const old = new Date(Date.now() - 3_700_000);
  utimesSync(left, old, old);

  expect(await stores['disk']?.tidy()).toBe(1);

  expect(readdirSync(join(folder, '.drafts'))).toEqual(['current']);
  rmSync(current);
});

test('S3 requests that are not signed by the secret get nowhere', async () => {
  const stranger = openBlobs({
    BLOB_URL: `s3://${s3.bucket}?endpoint=${s3.endpoint}&region=${s3.region}`,
    AWS_ACCESS_KEY_ID: s3.accessKeyId,
    AWS_SECRET_ACCESS_KEY: 'not the secret',
  });

  await expect(stranger.has(ours, 'a'.repeat(64))).rejects.toThrow('answered 403');
  expect(s3.refusals.at(-1)).toContain('SignatureDoesNotMatch');
  expect(s3.refusals).toHaveLength(1);
});

test('S3 that is out of reach is an outage, which jobs wait for', async () => {
  const gone = await startS3Server();
  await gone.close();
  const away = openBlobs({
    BLOB_URL: `s3://${gone.bucket}?endpoint=${gone.endpoint}`,
    AWS_ACCESS_KEY_ID: 'key',
    AWS_SECRET_ACCESS_KEY: 'secret',
  });

  const fault: unknown = await away.has(ours, 'a'.repeat(64)).catch((error: unknown) => error);

  expect(isOutage(fault)).toBe(true);
});

test.each([
  [{}, 'BLOB_URL'],
  [{ BLOB_URL: 's3://bucket' }, 'AWS_ACCESS_KEY_ID'],
])('the configuration %j is refused', (config, named) => {
  expect(() => openBlobs(config)).toThrow(named);
});
