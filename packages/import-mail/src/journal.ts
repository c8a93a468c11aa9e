import { createHash } from 'node:crypto';
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** One mail that the gateway has taken. */
export interface JournalEntry {
  readonly index: number;
  readonly path: string;
  readonly offset: number;
  /** The mail's own bytes: an mbox that was written anew has other mails at the same places. */
  readonly digest: string;
  readonly id: string;
  readonly duplicate: boolean;
}

/** Where an import's state is kept unless told otherwise: one file for each source and gateway. */
export function defaultJournalPath(dataDir: string, source: string, url: string): string {
  const hash = createHash('sha256').update(`${source}\n${url}`).digest('hex').slice(0, 16);
  return join(dataDir, `import-${hash}.jsonl`);
}

/** Short name of a mail's bytes. */
export function digestOf(raw: Buffer): string {
  return createHash('sha256').update(raw).digest('base64url').slice(0, 22);
}

/**
 * What an import has handed in so far, one JSON line for each mail that the gateway acknowledged, so that a second
 * start goes on where the first was interrupted. Written at once; a process that dies between an answer and its line
 * hands that one mail in again, which the gateway recognises. A torn last line is passed over.
 */
export class Journal {
  readonly path: string;
  readonly #entries = new Map<string, JournalEntry>();
  #torn = false;

  /** Opens the file or begins it; with `ignoreEarlier` it begins anew. */
  constructor(path: string, ignoreEarlier: boolean) {
    this.path = path;
    mkdirSync(dirname(path), { recursive: true });
    if (ignoreEarlier) {
      writeFileSync(path, '');
      return;
    }
    const text = readIfThere(path);
    this.#torn = text !== '' && !text.endsWith('\n');
    for (const line of text.split('\n')) {
      const entry = parseEntry(line);
      if (entry !== null) this.#entries.set(keyOf(entry), entry);
    }
  }

  /** The earlier answer for this very mail, if there is one. */
  find(mail: { path: string; offset: number; digest: string }): JournalEntry | undefined {
    return this.#entries.get(keyOf(mail));
  }

  /** How many mails an earlier start has handed in. */
  get size(): number {
    return this.#entries.size;
  }

  add(entry: JournalEntry): void {
    appendFileSync(this.path, `${this.#torn ? '\n' : ''}${JSON.stringify(entry)}\n`);
    this.#torn = false;
  }
}

function keyOf(mail: { path: string; offset: number; digest: string }): string {
  return `${mail.path}\n${mail.offset}\n${mail.digest}`;
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}

function parseEntry(line: string): JournalEntry | null {
  try {
    const parsed = JSON.parse(line) as Partial<JournalEntry> | null;
    return typeof parsed?.id === 'string' && typeof parsed.path === 'string'
      ? (parsed as JournalEntry)
      : null;
  } catch {
    return null;
  }
}
