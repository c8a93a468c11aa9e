import { describe, expect, test } from '@jest/globals';
import { countAddresses, headersIn, mediaType, splitOutside } from './mail-fields.ts';
import { mailBounds, scanMail } from './mail-structure.ts';

const encoder = new TextEncoder();
const bytes = (text: string): Uint8Array => encoder.encode(text.replaceAll('\n', '\r\n'));

/** Bytes that count how many of them a search has passed over. */
class CountedBytes extends Uint8Array {
  searched = 0;

  override indexOf(value: number, from = 0): number {
    const found = super.indexOf(value, from);
    this.searched += (found === -1 ? this.length : found) - from;
    return found;
  }
}

function parts(text: string): [string, number, string][] {
  const raw = bytes(text);
  const scanned = scanMail(raw);
  if (!scanned.ok) throw new Error(scanned.error);
  const plain = new TextDecoder();
  return scanned.value.map(({ type, depth, bodyStart, end }) => [
    type,
    depth,
    plain.decode(raw.subarray(bodyStart, end)).replaceAll('\r\n', '\n').trim(),
  ]);
}

describe('the parts of a mail', () => {
  test('of one that has none', () => {
    expect(parts('From: a@b.c\n\nHello\n--x\n')).toEqual([['text/plain', 0, 'Hello\n--x']]);
  });

  test('of one that has nothing at all, and of one that is all header', () => {
    expect([parts(''), parts('From: a@b.c\nTo: d')]).toEqual([
      [['text/plain', 0, '']],
      [['text/plain', 0, '']],
    ]);
  });

  test('within parts, with a preamble and an epilogue', () => {
    const text = `Content-Type: multipart/mixed; boundary="a b"\n
preamble
--a b\nContent-Type: multipart/alternative;\n boundary=inner\n
--inner\n
plain
--inner\nContent-Type: TEXT/HTML; charset=utf-8\n
<p>
--inner--
between
--a b\nContent-Type: image/png\n
png
--a b--
epilogue`;

    expect(parts(text).slice(1)).toEqual([
      [
        'multipart/alternative',
        1,
        '--inner\n\nplain\n--inner\nContent-Type: TEXT/HTML; charset=utf-8\n\n<p>',
      ],
      ['text/plain', 2, 'plain'],
      ['text/html', 2, '<p>'],
      ['image/png', 1, 'png'],
    ]);
  });

  test('of a mail within the mail', () => {
    const text = `Content-Type: multipart/report; boundary=r\n
--r\nContent-Type: message/rfc822\n
Message-ID: <a@x>\nContent-Type: multipart/mixed; boundary=i\n
--i\n
inner
--r--\n`;

    expect(parts(text).map(([type, depth]) => [type, depth])).toEqual([
      ['multipart/report', 0],
      ['message/rfc822', 1],
      ['multipart/mixed', 2],
      ['text/plain', 3],
    ]);
  });

  test('whose inner boundary is that of the outer one', () => {
    const text =
      'Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nx\n--b--\n';
    expect(parts(text).map(([type, depth]) => [type, depth])).toEqual([
      ['multipart/mixed', 0],
      ['multipart/mixed', 1],
      ['text/plain', 1],
    ]);
  });
});

const multipart = (count: number): string =>
  `Content-Type: multipart/mixed; boundary=b\n\n${'--b\n\nx\n'.repeat(count)}--b--\n`;
const nested = (count: number): string =>
  Array.from({ length: count }, (_, n) => `Content-Type: multipart/mixed; boundary=b${n}\n\n--b${n}\n`).join(
    '',
  );
const header = (size: number): string => `Subject: ${'x'.repeat(size - 'Subject: \r\n\r\n'.length)}\n\n`;
const addressed = (count: number): string =>
  `To: ${Array.from({ length: count }, (_, n) => `"A, ${n}" <r${n}@x.y> (;)`).join(',\n ')}\n\nx`;

describe('fault 16: bounds', () => {
  test.each([
    ['parts', multipart(mailBounds.parts), multipart(mailBounds.parts + 1), 'more than 1,000 parts'],
    ['nesting', nested(mailBounds.nesting), nested(mailBounds.nesting + 1), 'nested more than 50 deep'],
    [
      'mails within mails',
      `Content-Type: message/rfc822\n\n`.repeat(mailBounds.nesting),
      `Content-Type: message/rfc822\n\n`.repeat(mailBounds.nesting + 1),
      'nested more than 50 deep',
    ],
    ['header', header(mailBounds.headerBytes), header(mailBounds.headerBytes + 1), 'more than 256 KiB'],
    [
      "a part's header",
      `Content-Type: multipart/mixed; boundary=b\n\n--b\n${header(mailBounds.headerBytes)}`,
      `Content-Type: multipart/mixed; boundary=b\n\n--b\n${header(mailBounds.headerBytes + 1)}`,
      'more than 256 KiB',
    ],
    [
      'recipients',
      addressed(mailBounds.recipients),
      addressed(mailBounds.recipients + 1),
      'more than 1,000 recipients',
    ],
  ])('of %s: as many are read, one more is refused', (_name, fits, breaks, reason) => {
    expect(scanMail(bytes(fits)).ok).toBe(true);
    expect(scanMail(bytes(breaks))).toMatchObject({ ok: false, error: expect.stringContaining(reason) });
  });

  test.each([
    ['100,000 parts', multipart(100_000), 20_000],
    ['10,000 nested parts', nested(10_000), 10_000],
    ['10,000 mails in mails', 'Content-Type: message/rfc822\n\n'.repeat(10_000), 10_000],
    ['a header of a megabyte', `${'X: y\n'.repeat(200_000)}\n`, 300_000],
    ['100,000 recipients', addressed(100_000), 300_000],
  ])('%s are refused within the first %s… bytes', (_name, text, most) => {
    const raw = new CountedBytes(bytes(text));

    expect(scanMail(raw).ok).toBe(false);
    expect(raw.searched).toBeLessThan(most);
  });

  test.each(['--b\n', '--', '-', '\n', '--b--\n', '--bb\n', 'x'.repeat(99) + '\n'])(
    'a body of a megabyte of %j is passed over once',
    (line) => {
      const raw = new CountedBytes(
        bytes(`Content-Type: multipart/mixed; boundary=a\n\n${line.repeat(1_000_000 / line.length)}`),
      );

      expect(scanMail(raw).ok).toBe(true);
      expect(raw.searched).toBeLessThanOrEqual(raw.length);
    },
  );
});

describe('header fields', () => {
  test('are unfolded, by lower-case name, in their order; what is no field is left out', () => {
    expect(
      Object.fromEntries(headersIn('From x Mon\r\nA: 1\r\n 2\r\n\t3\r\nnonsense\r\n x\r\na : 4\r\nB:')),
    ).toEqual({
      a: ['1 2 3', '4'],
      b: [''],
    });
  });

  test.each([
    ['', 'text/plain', {}],
    ['TEXT/HTML; Charset="a;b" ; x=y', 'text/html', { charset: 'a;b', x: 'y' }],
    ['multipart/mixed (a; comment); boundary="a\\"b"', 'multipart/mixed', { boundary: 'a"b' }],
    ['multipart/mixed; boundary*0=ab; boundary*1="cd"', 'multipart/mixed', { boundary: 'abcd' }],
    ['text/plain; a=1; a=2', 'text/plain', { a: '1' }],
  ])('media type %s', (value, type, params) => {
    const read = mediaType(value);
    expect([read.type, Object.fromEntries(read.params)]).toEqual([type, params]);
  });

  test.each([
    ['', 0],
    ['a@b.c', 1],
    ['"Example, Ada" <a@b.c>, b@c.d', 2],
    ['Team: a@b.c, b@c.d;', 2],
    ['a@b.c (x, y), <a,b@c.d>', 2],
    ['"unclosed, a@b.c', 1],
  ])('%s names %s addresses', (value, count) => {
    expect(countAddresses(value)).toBe(count);
  });

  test('no more pieces are made than asked for', () => {
    expect(splitOutside('a;'.repeat(500_000), ';', 3)).toEqual(['a', 'a', 'a']);
  });
});
