import { expect, test } from '@jest/globals';
import { headersReadBytes, rawHeaders } from './raw-headers.ts';

test('headers are unfolded, by lower-case name, in their order, until the empty line', () => {
  const start = Buffer.from(
    'Received: a\nX-\u00fc: no\r\nSubject: =?utf-8?Q?x?=\r\n  y\r\nRECEIVED : b\nno field\n\nBody: c\r\n',
  );

  expect(rawHeaders(start)).toEqual({ received: ['a', 'b'], subject: ['=?utf-8?Q?x?= y'] });
});

test('names of objects are names like others, and what cannot be stored is taken off', () => {
  const headers = rawHeaders(Buffer.from('__proto__: a\r\nconstructor: b\0\xff\r\n', 'latin1'));

  expect(Object.entries(headers)).toEqual([
    ['__proto__', ['a']],
    ['constructor', ['b\ufffd']],
  ]);
});

test('fields are bounded in number and length, and one that was cut off is left out', () => {
  const many = rawHeaders(Buffer.from('A: 1\n'.repeat(600)));
  const long = rawHeaders(Buffer.from(`A: ${'x'.repeat(20_000)}\n\n`));
  const cut = rawHeaders(
    Buffer.from(`A: 1\nB: ${'x'.repeat(headersReadBytes)}`).subarray(0, headersReadBytes),
  );

  expect(many['a']).toHaveLength(500);
  expect(long['a']?.[0]).toHaveLength(10_000);
  expect(cut).toEqual({ a: ['1'] });
});
