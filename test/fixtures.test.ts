import { describe, expect, test } from '@jest/globals';
import { mail } from '@smart-tickets/testing/mail';
import { globSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { listFiles, readSource } from '../packages/import-mail/src/source.ts';
import { parseMail } from '../services/channel-ingest/src/use-cases/mail/parse-mail.ts';

/** Mails that other projects test with, as their packages bring them. */
const folderOf = (name: string): string =>
  path.dirname(createRequire(import.meta.url).resolve(`${name}/package.json`));
const emlFolder = path.join(folderOf('eml-format'), 'test/fixtures');
const mboxFolder = path.join(folderOf('node-mbox'), 'test');
const replyFolder = path.join(folderOf('parse-reply'), 'test/files');

const receivedAt = '2026-03-02T10:00:00.000Z';

/** What an agent would see of a mail first, or why nothing; files by name, type and size. */
async function outcomeOf(raw: Buffer): Promise<unknown> {
  const result = await parseMail(raw, receivedAt);
  if (!result.ok) return { held: result.error };
  const { content, files, automatic } = result.value;
  return {
    from: content.from.identities.map(({ value }) => value),
    subject: content.subject,
    begins: content.text.slice(0, 28),
    letters: [content.text.length, content.html?.length ?? 0],
    sentAt: content.sentAt,
    automatic: automatic?.reason ?? null,
    files: files.map(({ file }) => `${file.fileName} ${file.mediaType} ${file.sizeBytes}`),
  };
}

describe('the mails of eml-format', () => {
  const outcomes: Record<string, object> = {
    'cc.eml': {
      from: ['foo.bar@example.com'],
      subject: 'To and Cc headers',
      begins: '',
      letters: [0, 0],
      sentAt: '2019-10-12T18:09:08.000Z',
      automatic: null,
      files: [],
    },
    'multipart.eml': {
      from: ['foo.bar@example.com'],
      subject: 'Multi-part boundary',
      begins: 'please see attached',
      letters: [19, 0],
      sentAt: '2018-04-29T18:05:09.000Z',
      automatic: null,
      files: ['tired_boot.FJ010019.jpeg image/jpeg 10442'],
    },
    'sample.eml': {
      from: ['no-reply@example.com'],
      subject: 'Winter promotions',
      begins: 'Lorem ipsum dolor sit amet, ',
      letters: [1634, 1674],
      sentAt: '2014-01-29T10:10:06.000Z',
      automatic: 'From no-reply@example.com',
      files: ['nodejs.png image/png 20269'],
    },
  };

  test('are all in the table', () => {
    expect(globSync('*.eml', { cwd: emlFolder }).sort()).toEqual(Object.keys(outcomes));
  });

  test.each(Object.entries(outcomes))('%s is read', async (file, outcome) => {
    expect(await outcomeOf(readFileSync(path.join(emlFolder, file)))).toEqual(outcome);
  });

  test('sample.eml brings its picture byte for byte', async () => {
    const result = await parseMail(readFileSync(path.join(emlFolder, 'sample.eml')), receivedAt);

    const picture = readFileSync(path.join(emlFolder, 'nodejs.png'));
    expect(result.ok ? result.value.files[0]?.bytes : null).toEqual(picture);
  });
});

describe('the mailboxes of node-mbox', () => {
  const mailOf = (nth: number) => `mail ${nth}: The mail content of mail ${nth}${'.'.repeat(nth + 2)}`;
  const noMail = 'not-a-mail: does not begin as a mail does';
  /** What the import finds in a file, and what its mails become. */
  const outcomes: Record<string, readonly string[]> = {
    'test-0-message.mbox': ['not-a-mail: empty'],
    'test-1-message.mbox': [1].map(mailOf),
    'test-2-message.mbox': [1, 2].map(mailOf),
    'test-3-message.mbox': [1, 2, 3].map(mailOf),
    'test-4-message.mbox': [1, 2, 3, 4].map(mailOf),
    'test-attached.mbox': [noMail],
    'test-not-an.mbox': [noMail],
  };

  test('are all in the table', () => {
    expect(globSync('*.mbox', { cwd: mboxFolder }).sort()).toEqual(Object.keys(outcomes));
  });

  test.each(Object.entries(outcomes))(
    '%s gives its mails, and is told of where it is none',
    async (file, outcome) => {
      const source = path.join(mboxFolder, file);
      const found: string[] = [];

      for await (const { kind, raw, reason } of readSource(source, await listFiles(source))) {
        const result = kind === 'mail' ? await parseMail(raw, receivedAt) : null;
        if (result === null) found.push(`${kind}: ${reason}`);
        else
          found.push(
            result.ok ? `${result.value.content.subject}: ${result.value.content.text}` : result.error,
          );
      }

      expect(found).toEqual(outcome);
    },
  );

  test.each(['test-0-message.mbox', 'test-attached.mbox', 'test-not-an.mbox'])(
    '%s, handed in as a mail after all, is held',
    async (file) => {
      const raw = readFileSync(path.join(mboxFolder, file));

      expect(await outcomeOf(raw)).toEqual({ held: 'This is no mail: it has no headers.' });
    },
  );
});

describe('the replies of parse-reply', () => {
  const forwards = 'what somebody hands on is what the mail is about: it stays';
  /** Where we differ: why, and which line is then the last that is left. */
  const differences: Record<string, readonly [why: string, last: string]> = {
    forward1: [forwards, '> From: Test Person <test@test.com>'],
    forward2: [forwards, 'From: Test <test@test.com>'],
    forward3: [forwards, '> From: Test Dude <test+example@gmail.com>'],
    from: [
      'sender and date without recipient and subject are no header block of a client: people list these, too',
      'Sent: Tuesday, January 13, 2009 1:27 PM',
    ],
    from2: [
      'sender and date without recipient and subject are no header block of a client: people list these, too',
      'Sent: Tuesday, January 13, 2009 1:27 PM',
    ],
    negative: [
      'a quote at the end that nobody wrote below is history, introduced or not',
      'Blimey: this line should remain in output.',
    ],
  };
  const names = globSync('*.input.txt', { cwd: replyFolder })
    .map((file) => file.replace('.input.txt', ''))
    .sort();

  async function cut(name: string): Promise<{ ours: string; theirs: string }> {
    const file = (kind: string): string =>
      readFileSync(path.join(replyFolder, `${name}.${kind}.txt`), 'utf8');
    const result = await parseMail(mail({ subject: 'Re: Test', text: file('input') }), receivedAt);
    if (!result.ok) throw new Error(result.error);
    return { ours: result.value.content.text, theirs: file('output').trim() };
  }

  test('are ten, and we differ in six', () => {
    expect([names.length, Object.keys(differences).length]).toEqual([10, 6]);
  });

  test.each(names.filter((name) => !(name in differences)))('%s is cut as they cut it', async (name) => {
    const { ours, theirs } = await cut(name);

    expect(ours).toBe(theirs);
  });

  test.each(Object.entries(differences))('%s is cut otherwise', async (name, [, last]) => {
    const { ours, theirs } = await cut(name);

    expect(ours).not.toBe(theirs);
    expect(ours.split('\n').at(-1)).toBe(last);
    // Of two that differ one goes on where the other ends: no word in between is lost.
    expect(ours.startsWith(theirs) || theirs.startsWith(ours)).toBe(true);
  });
});
