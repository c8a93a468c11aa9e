import { describe, expect, test } from '@jest/globals';
import { BackOff, inParallel, pause, Wake, withLimit } from './limits.ts';

describe('a wake-up', () => {
  test('that comes before the wait ends it at once', async () => {
    const wake = new Wake();
    wake.wake();
    wake.wake();

    await wake.wait(60_000);
    await expect(withLimit(wake.wait(60_000), 20, 'the second wait')).rejects.toThrow('the second wait');
  });

  test('that comes during the wait ends it', async () => {
    const wake = new Wake();
    const waiting = wake.wait(60_000);
    wake.wake();

    await expect(waiting).resolves.toBeUndefined();
  });

  test('is not needed when the signal aborts', async () => {
    const stopped = new AbortController();
    const waiting = new Wake().wait(60_000, stopped.signal);
    stopped.abort();

    await expect(waiting).resolves.toBeUndefined();
    await expect(pause(60_000, stopped.signal)).resolves.toBeUndefined();
  });
});

test('waits grow to their bound and start over', () => {
  const backOff = new BackOff(10, 100);
  const waits = Array.from({ length: 10 }, () => backOff.next());
  backOff.reset();

  expect(waits.every((wait) => wait >= 5 && wait <= 100)).toBe(true);
  expect(waits[9]).toBeGreaterThanOrEqual(50);
  expect(backOff.next()).toBeLessThanOrEqual(10);
});

describe('work in parallel', () => {
  test('is bounded, and its results are in the order of the items', async () => {
    const items = Array.from({ length: 20 }, (_, index) => index);
    let busy = 0;
    let most = 0;

    const doubled = await inParallel(items, 3, async (item) => {
      busy += 1;
      most = Math.max(most, busy);
      await pause(item % 4);
      busy -= 1;
      return item * 2;
    });

    expect(doubled).toEqual(items.map((item) => item * 2));
    expect(most).toBe(3);
    expect(await inParallel([], 3, () => Promise.resolve(1))).toEqual([]);
  });

  test('begins nothing after a fault, and throws it when what is under way has ended', async () => {
    const begun: number[] = [];
    const ended: number[] = [];

    const work = inParallel([0, 1, 2, 3], 2, async (item) => {
      begun.push(item);
      if (item === 0) throw new Error('the first fails');
      await pause(5);
      ended.push(item);
    });

    await expect(work).rejects.toThrow('the first fails');
    expect([begun, ended]).toEqual([[0, 1], [1]]);
  });
});
