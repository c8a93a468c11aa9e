import { describe, expect, test } from '@jest/globals';
import { looksLikeMail, looksLikeMbox } from './mail-shape.ts';

describe('telling a mail by its beginning', () => {
  test.each([
    ['a header and a body', 'Subject: a\n\nbody'],
    ['CRLF', 'Received: by x\r\n\tfor y\r\nSubject: a\r\n\r\nbody'],
    ['a header alone', 'From: ann@example.com'],
    ['an unknown field first', 'Foo: bar\nDate: today\n\n'],
    ['8-bit bytes in a field', 'Subject: Gr\xfc\xdfe\n\n'],
    ['a header that breaks off late', 'Received: a\nFrom: b\nTo: c\nbroken\n\nbody'],
  ])('takes %s for one', (_name, text) => {
    expect(looksLikeMail(Buffer.from(text, 'latin1'))).toBe(true);
  });

  test.each([
    ['nothing', ''],
    ['a sentence', 'Dear all, this is no mail.\n'],
    ['fields of another kind', 'name: build\non: push\n\n'],
    ['JSON', '{\n  "subject": "a"\n}\n'],
    ['bytes', '\x7fELF\x02\x01\x01\0\0'],
    ['a header that breaks off at once', 'Subject: a\nbroken\n'],
  ])('does not take %s for one', (_name, text) => {
    expect(looksLikeMail(Buffer.from(text, 'latin1'))).toBe(false);
  });

  test('takes a dated From line for the beginning of an mbox, and one that a mail follows', () => {
    const texts = [
      'From a@b Thu Jul 30 08:30:04 2026\n',
      'From a\nSubject: a\n\n',
      'From here on\nit goes\n',
      'Subject: a\n\n',
    ];

    expect(texts.map((text) => looksLikeMbox(Buffer.from(text)))).toEqual([true, true, false, false]);
  });
});
