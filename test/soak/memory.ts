import { setTimeout as pause } from 'node:timers/promises';

/** What the gateway said about itself at a moment. Sizes in MiB. */
export interface Sample {
  readonly atMs: number;
  /** Tells one process from the next. */
  readonly startedAt: number;
  readonly rss: number;
  readonly heap: number;
  readonly upstreams: number;
}

const everyMs = 1_000;

function valueOf(metrics: string, name: string): number {
  return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(metrics)?.[1] ?? Number.NaN);
}

/** Reads the gateway's metrics every second. */
export class MemoryWatch {
  readonly samples: Sample[] = [];
  #url: URL;
  #stopped = new AbortController();
  #running: Promise<void>;

  constructor(gatewayUrl: string) {
    this.#url = new URL('/metrics', gatewayUrl);
    this.#running = this.#run();
  }

  async stop(): Promise<void> {
    this.#stopped.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopped;
    while (!signal.aborted) {
      try {
        const response = await fetch(this.#url, { signal: AbortSignal.timeout(5_000) });
        const text = await response.text();
        this.samples.push({
          atMs: performance.now(),
          startedAt: valueOf(text, 'process_start_time_seconds'),
          rss: valueOf(text, 'process_resident_memory_bytes') / 2 ** 20,
          heap: valueOf(text, 'nodejs_heap_size_used_bytes') / 2 ** 20,
          upstreams: valueOf(text, 'smart_tickets_gateway_upstream_subscriptions'),
        });
      } catch {
        // It is being started again.
      }
      await pause(everyMs, undefined, { signal }).catch(() => undefined);
    }
  }
}

/** One part of the time of a process, in MiB: the median of what it held, and the least that garbage collection left. */
export interface Stretch {
  readonly seconds: number;
  readonly rss: number;
  readonly heapFloor: number;
}

/** The last process's memory in so many parts of equal length, without its first `warmUpMs`. */
export function stretches(samples: readonly Sample[], warmUpMs: number, parts: number): Stretch[] {
  const newest = samples.at(-1);
  const own = samples.filter(({ startedAt }) => startedAt === newest?.startedAt);
  const from = (own[0]?.atMs ?? 0) + warmUpMs;
  const until = newest?.atMs ?? 0;
  const step = (until - from) / parts;
  return Array.from({ length: parts }, (_, nth) => {
    const part = own.filter(({ atMs }) => atMs >= from + nth * step && atMs <= from + (nth + 1) * step);
    const rss = part.map((sample) => sample.rss).sort((a, b) => a - b);
    return {
      seconds: Math.round(step / 1_000),
      rss: rss[Math.floor(rss.length / 2)] ?? Number.NaN,
      heapFloor: Math.min(...part.map(({ heap }) => heap)),
    };
  });
}

/**
 * By how many MiB the least that garbage collection left may have grown from the first part to the last. In the ten
 * minutes of the soak its second half sees some thousands of lost connections: 4 KiB kept of each would be more than this.
 */
export const mostGrowthMiB = 24;

/** Growth of the heap's floor from the first stretch to the last, in MiB. */
export function growthOf(all: readonly Stretch[]): number {
  return (all.at(-1)?.heapFloor ?? Number.NaN) - (all[0]?.heapFloor ?? Number.NaN);
}
