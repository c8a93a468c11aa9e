import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { isId } from './ids.ts';
import type { Result } from './result.ts';

/** What a blob must turn out to be: SHA-256 of its bytes in lower-case hex, and how many they are. */
export interface BlobContent {
  readonly sha256: string;
  readonly sizeBytes: number;
}

/** Why bytes were not kept: more or fewer than announced, or others. */
export type BlobFault = 'TOO_LONG' | 'TOO_SHORT' | 'OTHER_CONTENT';

/** First and last byte of a part, both included. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** A blob that is being read; `sizeBytes` is that of the whole blob. Destroy the stream when it is not read to its end. */
export interface OpenBlob {
  readonly stream: Readable;
  readonly sizeBytes: number;
}

/**
 * Bytes by the hash of what they are. Each workspace has its own place: nobody reaches another's bytes by knowing a hash.
 * What is there is whole: a write that broke off, or whose bytes are not what was announced, leaves nothing.
 */
export interface BlobStore {
  /**
   * Reads `source` to its end and keeps it when it is what was announced. A repeat, also at the same time, is as good as
   * once. Throws what reading throws, and when the store is out of reach or full.
   */
  put(
    workspaceId: string,
    content: BlobContent,
    source: AsyncIterable<Uint8Array>,
  ): Promise<Result<undefined, BlobFault>>;
  /** The blob, or the part of it that is asked for, which must lie within it; null when it is not there. */
  open(workspaceId: string, sha256: string, range?: ByteRange): Promise<OpenBlob | null>;
  has(workspaceId: string, sha256: string): Promise<boolean>;
  /** Gone afterwards, whether it was there or not. */
  delete(workspaceId: string, sha256: string): Promise<void>;
  /** Removes what writes that broke off an hour ago or longer have left behind; gives back how many. */
  tidy(): Promise<number>;
}

/** `code` of errors that say that the store is out of reach for now. */
export const blobOutageCode = 'BLOB_STORE_UNAVAILABLE';

const sha256Pattern = /^[0-9a-f]{64}$/;

/** Whether a text can be a SHA-256 as blobs are named by. */
export function isSha256(text: string): boolean {
  return sha256Pattern.test(text);
}

/** Where a blob is within its store, as path segments. Throws on what cannot be a name. */
export function blobKey(workspaceId: string, sha256: string): readonly [string, string, string] {
  if (!isId(workspaceId) || !isSha256(sha256)) throw new Error('this cannot be the name of a blob');
  return [workspaceId.toLowerCase(), sha256.slice(0, 2), sha256];
}

/**
 * Passes on the bytes of a source and checks them on the way. The last piece is held back until all of it has been
 * checked: a reader that got to the end has got exactly what was announced. `fault` says why it ended before, `broken` that the source itself threw.
 */
export class CheckedContent implements AsyncIterable<Uint8Array> {
  fault: BlobFault | undefined;
  broken: { readonly reason: unknown } | undefined;
  #content: BlobContent;
  #source: AsyncIterable<Uint8Array>;

  constructor(content: BlobContent, source: AsyncIterable<Uint8Array>) {
    this.#content = content;
    this.#source = source;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, undefined> {
    const { sha256, sizeBytes } = this.#content;
    const hash = createHash('sha256');
    let size = 0;
    let held: Uint8Array | undefined;
    for await (const piece of this.#whatCame()) {
      size += piece.byteLength;
      if (size > sizeBytes) this.#refuse('TOO_LONG');
      hash.update(piece);
      if (held !== undefined) yield held;
      held = piece;
    }
    if (size < sizeBytes) this.#refuse('TOO_SHORT');
    if (hash.digest('hex') !== sha256) this.#refuse('OTHER_CONTENT');
    if (held !== undefined) yield held;
  }

  /** Reads all of it and keeps nothing. */
  async drain(): Promise<void> {
    for await (const piece of this) void piece;
  }

  async *#whatCame(): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      for await (const piece of this.#source) yield piece;
    } catch (reason) {
      this.broken = { reason };
      throw reason;
    }
  }

  #refuse(fault: BlobFault): never {
    this.fault = fault;
    throw new Error(`the bytes are not what was announced: ${fault}`);
  }
}
