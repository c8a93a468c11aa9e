import { performance } from 'node:perf_hooks';

/** The value below which the share `p` (0 to 1) of the samples lies, by nearest rank; NaN of nothing. */
export function percentile(samples: readonly number[], p: number): number {
  const sorted = [...samples].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(p * sorted.length) - 1)] ?? NaN;
}

/** The middle sample, by nearest rank. */
export function median(samples: readonly number[]): number {
  return percentile(samples, 0.5);
}

/** Runs `work(0)` to `work(count - 1)`, `inFlight` at once, and gives the seconds that it took. Ends at the first fault. */
export async function secondsOf(
  count: number,
  inFlight: number,
  work: (nth: number) => Promise<void>,
): Promise<number> {
  let next = 0;
  const startedAt = performance.now();
  const worker = async (): Promise<void> => {
    while (next < count) await work(next++);
  };
  await Promise.all(Array.from({ length: inFlight }, worker));
  return (performance.now() - startedAt) / 1_000;
}
