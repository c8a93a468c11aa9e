import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { createHash } from 'node:crypto';
import { mkdtempSync, readlinkSync, rmSync } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { blobKey } from './blob-store.ts';
import { FileBlobs } from './blobs-on-disk.ts';
import { newId } from './ids.ts';

let parent: string;

beforeEach(() => {
  parent = mkdtempSync(path.join(tmpdir(), 'blobs-'));
});
afterEach(() => {
  jest.restoreAllMocks();
  rmSync(parent, { recursive: true, force: true });
});

/** What is flushed from now on; only Linux tells which file a descriptor is of. */
async function watchFlushes(): Promise<string[]> {
  const flushed: string[] = [];
  const handle = await open(parent, 'r');
  const files = Object.getPrototypeOf(handle) as FileHandle;
  await handle.close();
  // The real one, which nothing but its own handle calls.
  const sync = Reflect.get(files, 'sync');
  jest.spyOn(files, 'sync').mockImplementation(async function (this: FileHandle) {
    flushed.push(readlinkSync(`/proc/self/fd/${this.fd}`));
    await Reflect.apply(sync, this, []);
  });
  return flushed;
}

async function put(store: FileBlobs, workspaceId: string, text: string): Promise<string> {
  const bytes = Buffer.from(text);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const source = (async function* () {
    await Promise.resolve();
    yield bytes;
  })();
  expect(await store.put(workspaceId, { sha256, sizeBytes: bytes.length }, source)).toMatchObject({
    ok: true,
  });
  return sha256;
}

(process.platform === 'linux' ? test : test.skip)(
  'what was put lasts through a power cut with every folder that was made for it',
  async () => {
    const root = path.join(parent, 'made', 'root');
    const store = new FileBlobs(root);
    const workspaceId = newId();
    const flushed = await watchFlushes();

    const sha256 = await put(store, workspaceId, 'first');

    const folders = blobKey(workspaceId, sha256)
      .slice(0, -1)
      .reduce<string[]>((all, name) => [...all, path.join(all.at(-1) ?? root, name)], []);
    expect(flushed).toEqual(expect.arrayContaining([...folders, root, path.dirname(root), parent]));
    flushed.length = 0;
    // Who finds it there does not know whether whoever put it has got so far.
    await put(store, workspaceId, 'first');
    expect(flushed).toEqual([...folders.toReversed(), root]);
  },
);
