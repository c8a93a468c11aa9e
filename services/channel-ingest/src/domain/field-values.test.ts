import { expect, test } from '@jest/globals';
import { readFields } from './field-values.ts';

test('values of fields are taken as they are, in text that can be stored', () => {
  const given = { order: 'A\0 1', 'bad \ud800 key': [1, true, null, { deep: 'x\ud800' }] };

  expect(readFields(given)).toEqual({
    ok: true,
    value: { order: 'A 1', 'bad \ufffd key': [1, true, null, { deep: 'x\ufffd' }] },
  });
});

const nested = (depth: number): unknown => (depth === 0 ? 1 : { in: nested(depth - 1) });

test.each([
  ['a list', []],
  ['a text', 'x'],
  ['null', null],
  ['too many', Object.fromEntries(Array.from({ length: 101 }, (_, n) => [n, n]))],
  ['a long key', { ['x'.repeat(101)]: 1 }],
  ['too much', { x: 'x'.repeat(65_536) }],
  ['too deep', nested(6)],
  ['so deep that it would not end', nested(5_000)],
])('values of fields that are %s are refused', (_what, given) => {
  expect(readFields(given).ok).toBe(false);
});
