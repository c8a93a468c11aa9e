import { expect, test } from '@jest/globals';
import { median, percentile, secondsOf } from './statistics.ts';

test('takes percentiles by nearest rank', () => {
  const samples = Array.from({ length: 200 }, (_, nth) => 200 - nth);

  expect([percentile(samples, 0.5), percentile(samples, 0.99), percentile(samples, 1)]).toEqual([
    100, 198, 200,
  ]);
  expect([median([7]), median([3, 1, 2]), median([])]).toEqual([7, 2, NaN]);
});

test('runs each piece of work once, no more at once than told', async () => {
  const seen: number[] = [];
  let inFlight = 0;
  let most = 0;

  await secondsOf(25, 4, async (nth) => {
    most = Math.max(most, ++inFlight);
    seen.push(nth);
    await new Promise(setImmediate);
    inFlight -= 1;
  });

  expect(seen.sort((a, b) => a - b)).toEqual(Array.from({ length: 25 }, (_, nth) => nth));
  expect(most).toBe(4);
});
