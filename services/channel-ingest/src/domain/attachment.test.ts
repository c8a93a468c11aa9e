import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { maxFileNameLength, normaliseMediaType, partFileName, safeFileName } from './attachment.ts';

describe('the name of a file', () => {
  test.each([
    ['report.pdf', 'report.pdf'],
    ['Größe 📎.pdf', 'Größe 📎.pdf'],
    ['../../etc/passwd', 'passwd'],
    ['..\\..\\boot.ini', 'boot.ini'],
    ['C:\\Users\\a\\b.txt', 'b.txt'],
    ['folder/', 'folder'],
    ['.htaccess', 'htaccess'],
    ['...', null],
    ['', null],
    ['../..', null],
    ['a\0b\r\nc.txt', 'abc.txt'],
    ['photo\u202egnp.exe', 'photognp.exe'],
    ['a\u2066b\u200f.txt', 'ab.txt'],
    ['a"b<c>|d?.txt', 'a_b_c__d_.txt'],
    ['name. . ', 'name'],
    ['NUL.txt', '_NUL.txt'],
    ['console.txt', 'console.txt'],
    [`${'a'.repeat(300)}.pdf`, `${'a'.repeat(196)}.pdf`],
    ['a'.repeat(300), 'a'.repeat(200)],
    [`${'a'.repeat(195)}📎📎.pdf`, `${'a'.repeat(195)}.pdf`],
  ])('fault 19: %j becomes %j', (name, expected) => {
    expect(safeFileName(name)).toBe(expected);
  });

  test('is safe whatever it was, and stays as it is from then on', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (name) => {
        const safe = partFileName(name, 'text/plain', 1);

        expect(safe.length).toBeLessThanOrEqual(maxFileNameLength);
        expect(safe).toMatch(/^[^./\\\p{Cc}\u202e][^/\\\p{Cc}\u202e]*$/u);
        expect(safe.isWellFormed()).toBe(true);
        expect(partFileName(safe, 'text/plain', 1)).toBe(safe);
      }),
    );
  });

  test('of a part without one tells its type', () => {
    expect(partFileName(undefined, 'message/rfc822', 3)).toBe('attachment-3.eml');
    expect(partFileName('..', 'application/x-unknown', 1)).toBe('attachment-1.bin');
  });
});

test.each([
  ['image/PNG; name="x"', 'image/png'],
  ['application/vnd.ms-excel', 'application/vnd.ms-excel'],
  ['application/ms-tnef', 'application/ms-tnef'],
  ['', 'application/octet-stream'],
  ['text', 'application/octet-stream'],
  ['text/html\r\nX: y', 'application/octet-stream'],
  ['a/b/c', 'application/octet-stream'],
  [`a/${'b'.repeat(200)}`, 'application/octet-stream'],
])('the media type %j is taken as %s', (given, expected) => {
  expect(normaliseMediaType(given)).toBe(expected);
});
