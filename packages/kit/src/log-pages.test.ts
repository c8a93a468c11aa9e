import { expect, test } from '@jest/globals';
import { LogPages } from './log-pages.ts';

/** Counts reads; each gives what it was the how-manieth to be. */
function reader(): { reads: number; read: () => Promise<number[]> } {
  const counted = {
    reads: 0,
    read: () => {
      counted.reads += 1;
      return Promise.resolve([counted.reads]);
    },
  };
  return counted;
}

test('a page is read once for all who ask, also while it is being read', async () => {
  const pages = new LogPages<number>(2);
  const counted = reader();

  const both = await Promise.all([pages.page('w', 0, counted.read), pages.page('w', 0, counted.read)]);

  expect(both).toEqual([[1], [1]]);
  expect(await pages.page('other', 0, counted.read)).toEqual([2]);
});

test('keeps the pages that were used last, and no more than it may', async () => {
  const pages = new LogPages<number>(2);
  const counted = reader();
  for (const name of [0, 100, 0, 200]) await pages.page('w', name, counted.read);

  expect(pages.size).toBe(2);
  expect(await pages.page('w', 0, counted.read)).toEqual([1]);
  expect(await pages.page('w', 100, counted.read)).toEqual([4]);
});

test('drops what nobody has asked for lately', async () => {
  let now = 0;
  const pages = new LogPages<number>(9, () => now);
  const counted = reader();
  await pages.page('w', 0, counted.read);
  now = 6_000;
  await pages.page('w', 100, counted.read);
  now = 10_001;

  pages.tidy();

  expect(pages.size).toBe(1);
  expect(await pages.page('w', 100, counted.read)).toEqual([2]);
});

test('forgets a workspace’s pages, those under way too, and no others', async () => {
  const pages = new LogPages<number>(9);
  const counted = reader();
  const slow = Promise.withResolvers<number[]>();
  const reading = pages.page('w', 0, () => slow.promise);
  await pages.page('other', 0, counted.read);

  pages.forget('w');
  slow.resolve([0]);

  expect(await reading).toEqual([0]);
  expect(await pages.page('w', 0, counted.read)).toEqual([2]);
  expect(await pages.page('other', 0, counted.read)).toEqual([1]);
});

test('does not keep a read that failed', async () => {
  const pages = new LogPages<number>(2);
  const counted = reader();

  await expect(pages.page('w', 0, () => Promise.reject(new Error('gone')))).rejects.toThrow('gone');

  expect(await pages.page('w', 0, counted.read)).toEqual([1]);
});
