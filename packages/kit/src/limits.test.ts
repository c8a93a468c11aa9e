import { describe, expect, test } from '@jest/globals';
import { BackOff, pause, Wake, withLimit } from './limits.ts';

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
