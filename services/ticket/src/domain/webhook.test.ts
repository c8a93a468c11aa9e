import { expect, test } from '@jest/globals';
import { maxTries, verdictOf, waitAfterMs } from './webhook.ts';

test('twelve tries are spread over four days, each wait up to a fifth longer than planned', () => {
  const waits = Array.from({ length: 12 }, (_, index) => waitAfterMs(index + 1, 0));
  const longest = Array.from({ length: 11 }, (_, index) => waitAfterMs(index + 1, 1));

  expect(maxTries).toBe(12);
  expect(waits.map((ms) => (ms === null ? null : ms / 1_000))).toEqual([
    10,
    30,
    300,
    1_800,
    3_600,
    10_800,
    21_600,
    43_200,
    86_400,
    86_400,
    86_400,
    null,
  ]);
  expect(longest).toEqual(waits.slice(0, 11).map((ms) => (ms ?? 0) * 1.2));
});

test.each([
  [200, 'DELIVERED'],
  [204, 'DELIVERED'],
  [299, 'DELIVERED'],
  [199, 'FAILED'],
  [301, 'FAILED'],
  [308, 'FAILED'],
  [404, 'FAILED'],
  [410, 'GONE'],
  [429, 'FAILED'],
  [500, 'FAILED'],
  [null, 'FAILED'],
])('an answer of %s means %s', (status, verdict) => {
  expect(verdictOf(status)).toBe(verdict);
});
