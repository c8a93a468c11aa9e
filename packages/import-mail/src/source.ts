import { createReadStream } from 'node:fs';
import { open, readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { firstLine, headBytes, looksLikeMail, looksLikeMbox } from './mail-shape.ts';
import { readMbox } from './mbox.ts';

/** Largest mail that the API takes, in bytes. Source: `IngestEmailInput` of the channel-ingest schema. */
export const maxMailBytes = 35 * 1024 * 1024;
const smallFileBytes = 1_048_576;

/** A file to read, and how large it was when the import began. */
export interface SourceFile {
  readonly path: string;
  readonly sizeBytes: number;
  /** Set when there is nothing to read: it is no plain file, or it cannot be looked at. */
  readonly fault: { readonly kind: 'not-a-mail' | 'unreadable'; readonly reason: string } | null;
}

/** What the readers found, in a lasting order: by path, then by place in the file. */
export interface FoundItem {
  readonly kind: 'mail' | 'not-a-mail' | 'unreadable';
  /** Path below the source; the file's name when the source is one file. */
  readonly path: string;
  /** Place in the file, in bytes; 0 for a file that is one mail. */
  readonly offset: number;
  /** The mail; empty when it is none. */
  readonly raw: Buffer;
  /** Why it is no mail or could not be read; empty for a mail. */
  readonly reason: string;
  /** Bytes of the source that lie behind it: for the progress bar. */
  readonly sourceBytes: number;
}

/**
 * The files of a source: the file itself, or all files below a folder in the order of their paths. In a Maildir
 * `tmp` is left out: what lies there has not been delivered. Links to files are followed, links to folders are
 * not, and are told as unreadable. Throws when the source does not exist.
 */
export async function listFiles(source: string): Promise<SourceFile[]> {
  const about = await stat(source);
  if (!about.isDirectory()) return [await describe(source)];
  const files: SourceFile[] = [];
  await walk(source, files);
  return files;
}

async function walk(folder: string, files: SourceFile[]): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = new Set(entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name));
  const isMaildir = names.has('cur') && names.has('new');
  entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (!entry.isDirectory()) files.push(await describe(path));
    else if (!(isMaildir && entry.name === 'tmp')) await walk(path, files);
  }
}

async function describe(path: string): Promise<SourceFile> {
  try {
    const about = await stat(path);
    if (about.isFile()) return { path, sizeBytes: about.size, fault: null };
    const reason = about.isDirectory() ? 'a link to a folder' : 'not a plain file';
    return { path, sizeBytes: 0, fault: { kind: 'not-a-mail', reason } };
  } catch (error) {
    return { path, sizeBytes: 0, fault: { kind: 'unreadable', reason: messageOf(error) } };
  }
}

/** Everything in the files, one mail in memory at a time. A file that cannot be read is told, not thrown. */
export async function* readSource(
  source: string,
  files: readonly SourceFile[],
): AsyncGenerator<FoundItem, void> {
  for (const file of files) {
    const path = file.path === source ? basename(source) : relative(source, file.path);
    try {
      if (file.fault === null) yield* readFileItems(file, path);
      else yield nothing(file.fault.kind, path, 0, 0, file.fault.reason);
    } catch (error) {
      yield nothing('unreadable', path, 0, file.sizeBytes, messageOf(error));
    }
  }
}

async function* readFileItems(file: SourceFile, path: string): AsyncGenerator<FoundItem, void> {
  // A small file is read once; of a large one the beginning tells how to read it.
  const whole = file.sizeBytes <= smallFileBytes ? await readFile(file.path) : null;
  const head = whole ?? (await readHead(file.path));
  if (head.length === 0) {
    yield notAMail(path, 'empty', 0);
    return;
  }
  const isMbox = looksLikeMbox(head);
  if (isMbox && !holdsOneMail(file.path)) {
    const chunks = whole === null ? createReadStream(file.path, { highWaterMark: 262_144 }) : [whole];
    yield* readMboxItems(chunks as AsyncIterable<Buffer> | Buffer[], path);
    return;
  }
  const envelope = isMbox ? firstLine(head).length : 0;
  if (!looksLikeMail(head.subarray(envelope))) {
    yield notAMail(path, 'does not begin as a mail does', file.sizeBytes);
  } else if (file.sizeBytes - envelope > maxMailBytes) {
    yield tooLarge(path, 0, file.sizeBytes);
  } else {
    const raw = (whole ?? (await readFile(file.path))).subarray(envelope);
    yield { kind: 'mail', path, offset: 0, raw, reason: '', sourceBytes: file.sizeBytes };
  }
}

async function* readMboxItems(
  chunks: AsyncIterable<Buffer> | Iterable<Buffer>,
  path: string,
): AsyncGenerator<FoundItem, void> {
  for await (const { offset, raw, sizeBytes } of readMbox(chunks, maxMailBytes)) {
    if (raw === null) yield tooLarge(path, offset, sizeBytes);
    else if (raw.length === 0) yield nothing('not-a-mail', path, offset, 0, 'empty');
    else yield { kind: 'mail', path, offset, raw, reason: '', sourceBytes: sizeBytes };
  }
}

/** By where it lies a file can be known to be one mail, whatever its lines look like. */
function holdsOneMail(path: string): boolean {
  return /\.eml$/i.test(path) || ['cur', 'new'].includes(basename(dirname(path)));
}

async function readHead(path: string): Promise<Buffer> {
  const handle = await open(path, 'r');
  try {
    const { bytesRead, buffer } = await handle.read(Buffer.alloc(headBytes), 0, headBytes, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

function nothing(
  kind: 'not-a-mail' | 'unreadable',
  path: string,
  offset: number,
  sourceBytes: number,
  reason: string,
): FoundItem {
  return { kind, path, offset, raw: Buffer.alloc(0), reason, sourceBytes };
}

function notAMail(path: string, reason: string, sourceBytes: number): FoundItem {
  return nothing('not-a-mail', path, 0, sourceBytes, reason);
}

function tooLarge(path: string, offset: number, sourceBytes: number): FoundItem {
  return nothing('unreadable', path, offset, sourceBytes, 'larger than 35 MiB');
}

function messageOf(error: unknown): string {
  return Error.isError(error) ? error.message : String(error);
}
