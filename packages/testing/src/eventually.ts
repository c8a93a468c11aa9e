import { setTimeout as pause } from 'node:timers/promises';

/**
 * Repeats `check` until it neither throws nor gives back false or null, and gives back what it gave; so a check may be
 * a condition, a search, or a few expectations. Rejects after `limitMs` with the last fault.
 */
export async function eventually<T>(
  check: () => T | Promise<T>,
  limitMs = 15_000,
): Promise<Exclude<T, false | null>> {
  const deadline = Date.now() + limitMs;
  for (let waitMs = 5; ; waitMs = Math.min(waitMs * 2, 100)) {
    let fault: unknown = new Error('the condition did not become true');
    try {
      const value = await check();
      if (value !== false && value !== null) return value as Exclude<T, false | null>;
    } catch (error) {
      fault = error;
    }
    if (Date.now() > deadline) {
      const reason = fault instanceof Error ? fault.message : String(fault);
      throw new Error(`not within ${limitMs} ms: ${reason}`, { cause: fault });
    }
    await pause(waitMs);
  }
}
