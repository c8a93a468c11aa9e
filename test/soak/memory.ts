import { setTimeout as pause } from 'node:timers/promises';

/** The processes whose memory is watched. */
export const watchedParts = ['gateway', 'ticket', 'channel-ingest', 'routing', 'search'] as const;
export type WatchedPart = (typeof watchedParts)[number];

/** What a process said about itself at a moment. Sizes in MiB. */
export interface Sample {
  readonly part: WatchedPart;
  readonly atMs: number;
  /** Tells one process from the next. */
  readonly startedAt: number;
  readonly rss: number;
  readonly heap: number;
  /** What V8 has reserved for its heap, used or not. */
  readonly reserved: number;
  /** Upstream subscriptions, of the gateway. */
  readonly upstreams: number;
}

const everyMs = 1_000;

function valueOf(metrics: string, name: string): number {
  return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(metrics)?.[1] ?? Number.NaN);
}

/** Reads the metrics of all processes every second. */
export class MemoryWatch {
  readonly samples: Sample[] = [];
  #portOf: (part: WatchedPart) => number | null;
  #stopped = new AbortController();
  #running: Promise<unknown>;

  constructor(portOf: (part: WatchedPart) => number | null) {
    this.#portOf = portOf;
    this.#running = Promise.all(watchedParts.map((part) => this.#run(part)));
  }

  async stop(): Promise<void> {
    this.#stopped.abort();
    await this.#running;
  }

  async #run(part: WatchedPart): Promise<void> {
    const { signal } = this.#stopped;
    while (!signal.aborted) {
      try {
        const response = await fetch(`http://127.0.0.1:${this.#portOf(part) ?? 0}/metrics`, {
          signal: AbortSignal.timeout(5_000),
        });
        const text = await response.text();
        this.samples.push({
          part,
          atMs: performance.now(),
          startedAt: valueOf(text, 'process_start_time_seconds'),
          rss: valueOf(text, 'process_resident_memory_bytes') / 2 ** 20,
          heap: valueOf(text, 'nodejs_heap_size_used_bytes') / 2 ** 20,
          reserved: valueOf(text, 'nodejs_heap_size_total_bytes') / 2 ** 20,
          upstreams: valueOf(text, 'smart_tickets_gateway_upstream_subscriptions'),
        });
      } catch {
        // It is being started again.
      }
      await pause(everyMs, undefined, { signal }).catch(() => undefined);
    }
  }
}

/**
 * One stretch of time of a process, in MiB: the medians of what it held and of what of it V8 had not reserved for its heap,
 * and the least that garbage collection left.
 */
export interface Stretch {
  readonly seconds: number;
  readonly rss: number;
  readonly outside: number;
  readonly heapFloor: number;
}

export function medianOf(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/** The memory of a part's last process in so many stretches of equal length, without its first `warmUpMs`. */
export function stretches(
  samples: readonly Sample[],
  part: WatchedPart,
  warmUpMs: number,
  count: number,
): Stretch[] {
  const all = samples.filter((sample) => sample.part === part);
  const newest = all.at(-1);
  const own = all.filter(({ startedAt }) => startedAt === newest?.startedAt);
  const from = (own[0]?.atMs ?? 0) + warmUpMs;
  const until = newest?.atMs ?? 0;
  const step = (until - from) / count;
  return Array.from({ length: count }, (_, nth) => {
    const some = own.filter(({ atMs }) => atMs >= from + nth * step && atMs <= from + (nth + 1) * step);
    return {
      seconds: Math.round(step / 1_000),
      rss: medianOf(some.map((sample) => sample.rss)),
      outside: medianOf(some.map(({ rss, reserved }) => rss - reserved)),
      heapFloor: Math.min(...some.map(({ heap }) => heap)),
    };
  });
}

/** What a process does before it counts: compiling, filling caches and pools. */
export const warmUpMs = 45_000;
/** Thirds shorter than this tell nothing. */
const shortestThird = 20;
/** By how many MiB the last third may hold more than those before it, as a whole and outside of V8's heap. */
const mostGrowthMiB = 32;
/**
 * By how many MiB the least that garbage collection left may have grown from the first third to the last. In the ten
 * minutes of the soak its second half sees some thousands of lost connections: 24 KiB kept of each would be more than this.
 */
const mostHeapMiB = 24;

/** Whether the memory of a part was flat while its last process ran; null where that was too short to tell. */
export interface Verdict {
  readonly part: WatchedPart;
  readonly thirds: readonly Stretch[];
  readonly flat: boolean | null;
}

/**
 * Judges the thirds of the last process after its warm-up: the heap by its floors, and what is outside of it by the larger of
 * those before, as far as the RSS has grown with it. How much V8 reserves for a heap that is not fuller than before is its own
 * affair: it takes some when much happens, which RSS shows, and gives it up when it has the time, of which the
 * allocator may keep the pages: then there is more outside of the heap, and the RSS as it was.
 */
export function verdictOf(samples: readonly Sample[], part: WatchedPart): Verdict {
  const thirds = stretches(samples, part, warmUpMs, 3);
  const [first, second, third] = thirds;
  if (first === undefined || second === undefined || third === undefined || !(third.seconds >= shortestThird))
    return { part, thirds, flat: null };
  const growth = Math.min(
    third.outside - Math.max(first.outside, second.outside),
    third.rss - Math.max(first.rss, second.rss),
  );
  const heapGrowth = third.heapFloor - first.heapFloor;
  return { part, thirds, flat: growth <= mostGrowthMiB && heapGrowth <= mostHeapMiB };
}
