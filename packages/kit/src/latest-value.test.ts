import { expect, test } from '@jest/globals';
import { LatestValue } from './latest-value.ts';

const now = Promise.resolve();
const nothing = (): void => undefined;

test('a watcher is given what is there, then each change, and equal values only once', async () => {
  const value = new LatestValue<number[]>();
  value.put([1]);
  const watcher = value.watch(now, nothing);

  const first = await watcher.next();
  value.put([1]);
  const second = watcher.next();
  value.put([2]);

  expect([first, await second]).toEqual([
    { done: false, value: [1] },
    { done: false, value: [2] },
  ]);
});

test('a slow watcher is given the newest and nothing of what lay between', async () => {
  const value = new LatestValue<number>();
  const watcher = value.watch(now, nothing);
  for (let i = 0; i <= 1_000; i += 1) value.put(i);

  const given = await watcher.next();
  const next = watcher.next();
  await watcher.return?.();

  expect([given.value, await next]).toEqual([1_000, { done: true, value: undefined }]);
});

test('nothing is given before the value is ready', async () => {
  const value = new LatestValue<string>();
  const ready = Promise.withResolvers<void>();
  value.put('stale');
  const first = value.watch(ready.promise, nothing).next();

  await Promise.resolve();
  value.put('fresh');
  ready.resolve();

  expect(await first).toEqual({ done: false, value: 'fresh' });
});

test('a watcher that leaves while it waits ends at once and is told of once', async () => {
  const value = new LatestValue<number>();
  let left = 0;
  const watcher = value.watch(now, () => {
    left += 1;
  });
  const waiting = watcher.next();

  await watcher.return?.();
  await watcher.return?.();

  expect([await waiting, left]).toEqual([{ done: true, value: undefined }, 1]);
});

test('the end of the value is the end of all who watch it', async () => {
  const value = new LatestValue<number>();
  let left = 0;
  const waiting = [1, 2].map(() => value.watch(now, () => (left += 1)).next());

  value.end();

  expect([await Promise.all(waiting), left]).toEqual([
    [
      { done: true, value: undefined },
      { done: true, value: undefined },
    ],
    2,
  ]);
});

test('what cannot become ready fails the watch', async () => {
  const value = new LatestValue<number>();
  let left = 0;
  const watcher = value.watch(Promise.reject(new Error('no database')), () => (left += 1));

  await expect(watcher.next()).rejects.toThrow('no database');
  expect(left).toBe(1);
});
