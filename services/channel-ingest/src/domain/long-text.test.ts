import { describe, expect, test } from '@jest/globals';
import { cutLongTexts, maxTextBytes } from './long-text.ts';
import { scanMail } from './mail-structure.ts';

function cut(raw: Buffer): Buffer {
  const parts = scanMail(raw);
  if (!parts.ok) throw new Error(parts.error);
  return cutLongTexts(raw, parts.value);
}

const boundary = 'Content-Type: multipart/mixed; boundary=b\r\n\r\n';
const part = (headers: string, body: string): string => `--b\r\n${headers}\r\n\r\n${body}\r\n`;
const long = 'line\r\n'.repeat(maxTextBytes / 4);
const file = part(
  'Content-Type: application/pdf\r\nContent-Disposition: attachment',
  'x'.repeat(maxTextBytes * 2),
);

describe('fault 16: what is read of long texts', () => {
  test.each([
    ['short lines', 'Content-Type: text/plain', 'x\r\n'.repeat(12_000_000)],
    ['flowed words', 'Content-Type: text/plain; format=flowed', 'word \r\n'.repeat(5_000_000)],
    [
      'a charset that is decoded as a whole',
      'Content-Type: text/plain; charset=iso-2022-jp',
      'x'.repeat(34_000_000),
    ],
    ['soft breaks', 'Content-Transfer-Encoding: quoted-printable', 'x=\r\n'.repeat(8_000_000)],
    ['HTML', 'Content-Type: text/html', '<b>x</b>'.repeat(4_000_000)],
  ])('%s: three MiB', (_what, headers, body) => {
    const head = `${headers}\r\n\r\n`;
    const raw = Buffer.from(head + body);

    const left = cut(raw);

    expect(
      left.equals(Buffer.concat([raw.subarray(0, head.length + maxTextBytes), Buffer.from('\r\n')])),
    ).toBe(true);
  });

  test('of several texts together, also where a mail within the mail has them, or parts that say they are a file', () => {
    const inner = part('Content-Type: message/rfc822', `From: a@b.c\r\n\r\n${long}`);
    const grouped = part(
      'Content-Type: multipart/mixed; boundary=c\r\nContent-Disposition: attachment',
      `--c\r\nContent-Type: text/plain\r\n\r\n${long}\r\n--c--`,
    );
    const raw = Buffer.from(
      `${boundary}${part('Content-Type: text/plain', long)}${inner}${grouped}--b--\r\n`,
    );

    const left = cut(raw);

    expect(left.length).toBeLessThan(maxTextBytes + 1_000);
    const parts = scanMail(left);
    expect(parts.ok && parts.value.map(({ type }) => type)).toEqual([
      'multipart/mixed',
      'text/plain',
      'message/rfc822',
      'text/plain',
      'multipart/mixed',
      'text/plain',
    ]);
  });

  test.each([
    ['a mail that is short', 'From: a@b.c\r\n\r\nHello'],
    ['a large file', `${boundary}${part('Content-Type: text/plain', 'Hello')}${file}--b--\r\n`],
    [
      'a long text that is a file',
      `${boundary}${part('Content-Type: text/plain\r\nContent-Disposition: attachment; filename=a.txt', long)}--b--\r\n`,
    ],
    [
      'a mail that is a file, with a long text',
      `${boundary}${part('Content-Type: message/rfc822\r\nContent-Disposition: attachment', `From: a@b.c\r\n\r\n${long}`)}--b--\r\n`,
    ],
  ])('%s stays as it is', (_what, text) => {
    const raw = Buffer.from(text);

    expect(cut(raw) === raw).toBe(true);
  });

  test('what stands behind a long text is read', () => {
    const raw = Buffer.from(`${boundary}${part('Content-Type: text/plain', long)}${file}--b--\r\n`);

    const left = cut(raw);

    expect(left.subarray(-file.length - 7).equals(raw.subarray(-file.length - 7))).toBe(true);
  });
});
