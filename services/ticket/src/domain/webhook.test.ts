import { expect, test } from '@jest/globals';
import { maxTries, retryAfterMs, verdictOf, waitAfterMs } from './webhook.ts';

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

test.each([
  ['seconds', 429, '120', 120],
  ['seconds with 503', 503, '7', 7],
  ['a date', 503, 'Mon, 23 Nov 2026 12:01:30 GMT', 90],
  ['a date that is past', 429, 'Mon, 23 Nov 2026 11:00:00 GMT', 0],
  ['just a day', 429, '86400', 86_400],
  ['more than a day', 429, '86401', 86_400],
  ['nothing', 429, null, 0],
  ['what cannot be read', 429, '-5', 0],
  ['words', 503, 'soon', 0],
  ['a wait with another failure', 500, '120', 0],
])('a receiver that asks for %s', (_name, status, header, waitSeconds) => {
  expect(retryAfterMs(status, header, Date.parse('2026-11-23T12:00:00Z'))).toBe(waitSeconds * 1_000);
});
