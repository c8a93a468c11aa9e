import { mail } from '@smart-tickets/testing/mail';
import { cleanHtml } from '@smart-tickets/kit/html';
import { describe, expect, test } from '@jest/globals';
import { ownMailOf } from '../../domain/automatic-mail.ts';
import { textOfHtml } from './html.ts';
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
      from: { name: 'Jürgen', identities: [{ kind: 'EMAIL', value: 'juergen@example.org', verified: true }] },
      attachments: [],
      call: null,
      to: ['support@example.com', 'o@example.com'],
      cc: [],
      subject: 'Größe paßt nicht',
      text: 'Guten Tag, die gelieferte Hose ist mir leider viel zu klein.',
      html: null,
      language: 'de',
      automatic: false,
      sameMail: expect.stringMatching(/^same:/),
      senderTrust: 'NONE',
      sentAt: '2026-03-02T09:00:00.000Z',
      fromAgent: false,
      agentId: null,
      fields: {},
      tokens: [],
      subjectNumber: null,
      others: ['support@example.com', 'o@example.com'],
      list: null,
      report: false,
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
      "The mail's parts are nested more than 50 deep.",
    ],
    [
      'a header of a megabyte',
      `Subject: ${'x'.repeat(1_000_000)}\r\nFrom: a@b.c\r\n\r\nx`,
      'The mail has a header block of more than 256 KiB.',
    ],
    [
      '100,000 recipients',
      `From: a@b.c\r\nTo: ${Array.from({ length: 100_000 }, (_, n) => `r${n}@x.y`).join(',')}\r\n\r\nx`,
      'The mail has a header block of more than 256 KiB.',
    ],
    [
      '1,001 recipients',
      `From: a@b.c\r\nTo: ${Array.from({ length: 1_001 }, (_, n) => `r${n}@x.y`).join(',')}\r\n\r\nx`,
      'The mail has more than 1,000 recipients.',
    ],
    [
      '100,000 parts',
      `From: a@b.c\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n${'--b\r\n\r\nx\r\n'.repeat(100_000)}`,
      'The mail has more than 1,000 parts.',
    ],
    ['nothing but NUL', '\0'.repeat(10_000), 'This is no mail: it has no headers.'],
  ])('fault 16: %s are refused with the reason', async (_name, text, reason) => {
    expect(await parseMail(Buffer.from(text), receivedAt)).toEqual({ ok: false, error: reason });
  });

  test('10,000 headers of one name are read', async () => {
    const raw = Buffer.from(`From: a@b.c\n${'X:\n'.repeat(10_000)}\nHello`);

    expect((await read(raw)).text).toBe('Hello');
  });
});

describe('quoted history', () => {
  const alternative = (text: string, html: string): Buffer =>
    mail({
      text: `--b\nContent-Type: text/plain\n\n${text}\n--b\nContent-Type: text/html\n\n${html}\n--b--`,
      headers: { 'Content-Type': 'multipart/alternative; boundary=b' },
    });
  const quote =
    '<div class="gmail_quote">Ada wrote:<blockquote class="gmail_quote">Is it?</blockquote></div>';

  test('shows neither in the text nor in the HTML', async () => {
    const { text, html } = await read(alternative('Yes.\n\nAda wrote:\n> Is it?', `<p>Yes.</p>${quote}`));

    expect([text, html]).toEqual(['Yes.', '<p>Yes.</p>']);
  });

  test('is cut off HTML that came alone', async () => {
    const headers = { 'Content-Type': 'text/html; charset=utf-8' };
    const { text, html } = await read(mail({ text: `<p>Yes.</p>${quote}`, headers }));

    expect([text, html]).toEqual(['Yes.', '<p>Yes.</p>']);
  });

  test('of HTML too large to clean is not looked for', async () => {
    const { text, html } = await read(
      alternative('Yes.\n\nAda wrote:\n> Is it?', '<div'.repeat(1024 * 1024)),
    );

    expect([text, html]).toEqual(['Yes.', null]);
  });

  test('stays in the HTML where it stays in the text', async () => {
    const { text, html } = await read(alternative('Ada wrote:\n> Is it?\nYes.', `<p>Yes.</p>${quote}`));

    expect(text).toBe('Ada wrote:\n> Is it?\nYes.');
    expect(html).toContain('Is it?');
  });

  test('of a mail that is handed on is what the mail is about', async () => {
    const text = 'See below.\n\n-----Original Message-----\nFrom: Ada\nSent: Monday\nTo: x\n\nIt burns.';

    expect((await read(mail({ subject: 'Fwd: Printer', text }))).text).toBe(text);
    expect((await read(mail({ subject: 'Re: Fwd: Printer', text }))).text).toBe('See below.');
  });

  test('does not swallow a mail that is shown within the mail', async () => {
    const inner =
      'From: Ada <ada@example.org>\nTo: x@y.z\nDate: Mon, 2 Mar 2026 09:00:00 +0000\nSubject: y\n\nIt burns.';
    const raw = mail({
      text: `--b\n\nSee below.\n--b\nContent-Type: message/rfc822\nContent-Disposition: inline\n\n${inner}\n--b--`,
      headers: { 'Content-Type': 'multipart/mixed; boundary=b' },
    });

    expect((await read(raw)).text).toContain('It burns.');
  });
});

describe('who wrote it', () => {
  const own = ownMailOf(['support@example.com', 'sales@example.com']);

  test('fault 24: our own mail that comes back is held', async () => {
    const result = await parseMail(mail({ from: 'Support <Support@Example.com>' }), receivedAt, { own });

    expect(result).toEqual({
      ok: false,
      error: 'Our own mail came back. From support@example.com, an address of our own.',
    });
  });

  test('a form of a web site that writes from the mailbox is the person in Reply-To', async () => {
    const raw = mail({ from: 'support@example.com', headers: { 'Reply-To': 'Ada <ada@example.org>' } });

    const result = await parseMail(raw, receivedAt, { own });

    expect(result).toMatchObject({
      ok: true,
      value: {
        automatic: null,
        // Whoever filled in the form has typed it.
        content: { from: { name: 'Ada', identities: [{ value: 'ada@example.org', verified: false }] } },
      },
    });
  });

  test('a person in Reply-To of a mail that names no other is taken at the word of the mail', async () => {
    const raw = mail({ from: 'Nobody', headers: { 'Reply-To': 'Ada <ada@example.org>' } });

    expect((await read(raw)).from.identities).toEqual([
      { kind: 'EMAIL', value: 'ada@example.org', verified: true },
    ]);
  });

  test.each([
    ['a person', {}, false],
    ['a vacation notice', { 'Auto-Submitted': 'auto-replied' }, true],
    ['a newsletter', { 'List-Unsubscribe': '<https://x.example>' }, true],
  ])('scenarios 21, 23: %s', async (_name, headers: Record<string, string>, automatic) => {
    expect((await read(mail({ headers }))).automatic).toBe(automatic);
  });

  test('nothing is known of whether the sender is who the mail says while no server of ours is named', async () => {
    const headers = { 'Authentication-Results': 'mx.example.com; dmarc=pass' };

    expect((await read(mail({ headers }))).senderTrust).toBe('NONE');
  });
});

test.each([
  ['In-Reply-To', { inReplyTo: 'own@x' }, ['mid:own@x'], []],
  ['References alone, first', { references: ['own@x', 'b@y'] }, [], ['mid:own@x', 'mid:b@y']],
  ['References alone, last', { references: ['b@y', 'own@x'] }, [], ['mid:b@y', 'mid:own@x']],
  [
    'References beside a foreign In-Reply-To',
    { inReplyTo: 'foreign@y', references: ['own@x', 'foreign@y'] },
    ['mid:foreign@y'],
    ['mid:own@x', 'mid:foreign@y'],
  ],
])(
  'scenario 11: the id of our mail in %s is a key of the conversation',
  async (_name, parts, inReplyTo, references) => {
    expect((await read(mail({ messageId: 'a@z', ...parts }))).thread).toMatchObject({
      inReplyTo,
      references,
    });
  },
);

describe('HTML', () => {
  test.each([
    '<script>alert(1)</script>',
    '<img src=x onerror=alert(1)>',
    '<a href="javascript:alert(1)">x</a>',
    '<a href="java&#10;script:alert(1)">x</a>',
    '<a href="data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==">x</a>',
    '<a href="//evil.example">x</a>',
    '<iframe src="https://evil.example"></iframe>',
    '<form action="https://evil.example"><input></form>',
    '<style>body{display:none}</style>',
    '<div style="background:url(https://evil.example)">x</div>',
    '<p style="background-image:u\\72l(https://evil.example)" onclick="alert(1)">x</p>',
    '<svg onload=alert(1)>',
    '<math><mtext><script>alert(1)</script></mtext></math>',
    '<base href="https://evil.example">',
    '<meta http-equiv="refresh" content="0;url=https://evil.example">',
    '<object data="https://evil.example"></object><embed src="https://evil.example">',
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>"></noscript>',
    '<img src="data:image/svg+xml,<svg onload=alert(1)>">',
    '<link rel="stylesheet" href="https://evil.example"><body background="https://evil.example">',
  ])('fault 18: %s is harmless', (html) => {
    expect(cleanHtml(`<p>before</p>${html}`)).not.toMatch(
      /<script|<[^>]* on[a-z]+=|javascript:|data:|<iframe|<form|<input|<style|style=|url\(|<svg|<math|<base|<meta|<img|<object|<embed|<link|background=|href="\/\//i,
    );
  });

  test('fault 18: images of the mail itself are shown, those from elsewhere only named', () => {
    const html =
      '<img src="cid:a@b" alt="Logo" width="10"><img src="https://evil.example/pixel.gif?id=1" srcset="https://evil.example/2x 2x">';

    const clean = cleanHtml(html);

    expect(clean).toBe(
      '<img width="10" alt="Logo" src="cid:a@b" /><img data-remote-src="https://evil.example/pixel.gif?id=1" />',
    );
    expect(cleanHtml(clean ?? '')).toBe(clean);
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
