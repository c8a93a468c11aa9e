import { expect, test } from '@jest/globals';
import { FrameRate } from './frame-rate.ts';

/** How many of so many are taken at one moment. */
function taken(rate: FrameRate, count: number, nowMs: number): number {
  return Array.from({ length: count }, () => rate.take(nowMs)).filter(Boolean).length;
}

test('takes one thousand at once and not one more', () => {
  expect(taken(new FrameRate(0), 1_001, 0)).toBe(1_000);
});

test('takes two thousand in each second after that, and saves no more than one thousand', () => {
  const rate = new FrameRate(0);
  taken(rate, 1_000, 0);

  expect(taken(rate, 5_000, 100)).toBe(200);
  expect(taken(rate, 5_000, 500)).toBe(800);
  expect(taken(rate, 5_000, 60_000)).toBe(1_000);
});

test('earns by and by, however often it is asked', () => {
  const rate = new FrameRate(0);
  taken(rate, 1_000, 0);

  const steadily = Array.from({ length: 1_000 }, (_, nth) => rate.take((nth + 1) * 0.5));

  expect(steadily).not.toContain(false);
});
