import { expect, test } from '@jest/globals';
import { FrameRate } from './frame-rate.ts';

/** How many of so many are taken at one moment. */
function taken(rate: FrameRate, count: number, nowMs: number): number {
  return Array.from({ length: count }, () => rate.take(nowMs)).filter(Boolean).length;
}

test('takes four thousand at once and not one more', () => {
  expect(taken(new FrameRate(0), 4_001, 0)).toBe(4_000);
});

test('takes two thousand in each second after that, and saves no more than four thousand', () => {
  const rate = new FrameRate(0);
  taken(rate, 4_000, 0);

  expect(taken(rate, 5_000, 500)).toBe(1_000);
  expect(taken(rate, 5_000, 1_500)).toBe(2_000);
  expect(taken(rate, 5_000, 60_000)).toBe(4_000);
});

test('earns by and by, however often it is asked', () => {
  const rate = new FrameRate(0);
  taken(rate, 4_000, 0);

  const steadily = Array.from({ length: 1_000 }, (_, nth) => rate.take((nth + 1) * 0.5));

  expect(steadily).not.toContain(false);
});
