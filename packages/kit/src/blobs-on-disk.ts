import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import {
  blobKey,
  CheckedContent,
  type BlobContent,
  type BlobFault,
  type BlobStore,
  type ByteRange,
  type OpenBlob,
} from './blob-store.ts';
import { err, ok, type Result } from './result.ts';

const draftLifeMs = 3_600_000;

function isMissing(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === 'ENOENT';
}

/** Makes a rename or a new name in a folder last through a power cut. */
async function flushFolder(folder: string): Promise<void> {
  // Windows cannot open folders.
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Makes a folder with all above it, and the names of those that it made last through a power cut. */
async function makeFolder(folder: string): Promise<void> {
  const first = await mkdir(folder, { recursive: true, mode: 0o700 });
  if (first === undefined) return;
  const end = path.dirname(path.resolve(first));
  for (let made = path.resolve(folder); made !== end && made !== path.dirname(made);) {
    made = path.dirname(made);
    await flushFolder(made);
  }
}

/**
 * Blobs as files of one folder, which several processes and, over a shared volume, several machines may use: a blob is
 * written under a name of its own and takes its place by a rename.
 */
export class FileBlobs implements BlobStore {
  #folder: string;

  /** @param folder made when the first blob comes. */
  constructor(folder: string) {
    this.#folder = path.resolve(folder);
  }

  async put(
    workspaceId: string,
    content: BlobContent,
    source: AsyncIterable<Uint8Array>,
  ): Promise<Result<undefined, BlobFault>> {
    const target = this.#pathOf(workspaceId, content.sha256);
    const checked = new CheckedContent(content, source);
    try {
      if (await this.has(workspaceId, content.sha256)) await checked.drain();
      else await this.#write(target, checked);
      // Also what was there: whoever put it, or made the folders, a moment ago may not have got as far as that.
      await this.#flush(target);
      return ok(undefined);
    } catch (error) {
      if (checked.fault !== undefined) return err(checked.fault);
      throw error;
    }
  }

  async #write(target: string, content: AsyncIterable<Uint8Array>): Promise<void> {
    const drafts = this.#drafts;
    await makeFolder(drafts);
    const draft = path.join(drafts, randomUUID());
    const handle = await open(draft, 'wx', 0o600);
    try {
      try {
        await handle.writeFile(content);
        await handle.sync();
      } finally {
        await handle.close();
      }
      await makeFolder(path.dirname(target));
      await rename(draft, target);
    } catch (error) {
      await rm(draft, { force: true });
      throw error;
    }
  }

  /** Makes a blob that has taken its place last there. */
  async #flush(target: string): Promise<void> {
    for (let folder = path.dirname(target); ; folder = path.dirname(folder)) {
      await flushFolder(folder);
      if (folder === this.#folder) break;
    }
  }

  async open(workspaceId: string, sha256: string, range?: ByteRange): Promise<OpenBlob | null> {
    let handle;
    try {
      handle = await open(this.#pathOf(workspaceId, sha256), 'r');
    } catch (error) {
      if (isMissing(error)) return null;
      throw error;
    }
    try {
      const { size } = await handle.stat();
      return { stream: handle.createReadStream(range), sizeBytes: size };
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  async has(workspaceId: string, sha256: string): Promise<boolean> {
    try {
      await stat(this.#pathOf(workspaceId, sha256));
      return true;
    } catch (error) {
      if (isMissing(error)) return false;
      throw error;
    }
  }

  async delete(workspaceId: string, sha256: string): Promise<void> {
    await rm(this.#pathOf(workspaceId, sha256), { force: true });
  }

  async tidy(): Promise<number> {
    let names: string[];
    try {
      names = await readdir(this.#drafts);
    } catch (error) {
      if (isMissing(error)) return 0;
      throw error;
    }
    let removed = 0;
    for (const name of names) {
      const draft = path.join(this.#drafts, name);
      const found = await stat(draft).catch(() => null);
      if (found === null || found.mtimeMs > Date.now() - draftLifeMs) continue;
      await rm(draft, { force: true });
      removed += 1;
    }
    return removed;
  }

  get #drafts(): string {
    return path.join(this.#folder, '.drafts');
  }

  #pathOf(workspaceId: string, sha256: string): string {
    return path.join(this.#folder, ...blobKey(workspaceId, sha256));
  }
}
