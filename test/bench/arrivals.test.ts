import { expect, test } from '@jest/globals';
import { Arrivals } from './arrivals.ts';

test('gives the first arrival, whether it was waited for or not', async () => {
  const arrivals = new Arrivals();
  const waited = arrivals.of('late', 10_000);

  for (const [key, at] of [
    ['early', 1],
    ['late', 2],
    ['early', 3],
  ] as const)
    arrivals.note(key, at);

  expect([await waited, await arrivals.of('early', 10_000)]).toEqual([2, 1]);
  expect([arrivals.has('early'), arrivals.has('never')]).toEqual([true, false]);
});

test('gives up on what does not arrive', async () => {
  await expect(new Arrivals().of('never', 1)).rejects.toThrow('never did not arrive within 1 ms');
});

test('ends a wait with the fault that makes it vain', async () => {
  const arrivals = new Arrivals();
  const waited = arrivals.of('late', 10_000);

  arrivals.fail({ code: 4403 });

  await expect(waited).rejects.toThrow('the subscription broke off');
  await expect(arrivals.of('later', 10_000)).rejects.toThrow('the subscription broke off');
});
