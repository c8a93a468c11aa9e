import { expect, test } from '@jest/globals';
import { decodeCursor, encodeCursor } from './cursor.ts';

test('a cursor gives back its values, to its own list only', () => {
  const cursor = encodeCursor('list', ['2026-01-01T00:00:00.000Z', 7, null]);

  expect(decodeCursor('list', cursor)).toEqual(['2026-01-01T00:00:00.000Z', 7, null]);
  expect(decodeCursor('other', cursor)).toBeNull();
});

test.each([
  '',
  'not base64!',
  Buffer.from('{}').toString('base64url'),
  Buffer.from('[2,"list",1]').toString('base64url'),
  Buffer.from('[1,"list",{"a":1}]').toString('base64url'),
  'x'.repeat(2_000),
])('%s is no cursor', (text) => {
  expect(decodeCursor('list', text)).toBeNull();
});
