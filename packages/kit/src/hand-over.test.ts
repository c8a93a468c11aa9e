import { expect, test } from '@jest/globals';
import { lostSince, refillHours } from './hand-over.ts';

const at = Date.parse('2026-11-23T12:00:00Z');

test.each([
  ['nothing was ever handed over', null, null, null],
  ['another system used the queue before', null, at, null],
  ['the queue has the mark of the last hand-over', at, at, null],
  ['the database has not noted the last hand-over', at, at + 1, null],
  ['the queue has lost its end', at, at - 1, at - 1],
  ['the queue is empty', at, null, at - refillHours * 3_600_000],
])('when %s', (_name, remembered, found, since) => {
  expect(lostSince({ remembered, found })).toBe(since);
});
