/** Rejects when `work` takes longer than `limitMs`; the work itself is not stopped. */
export async function withLimit<T>(work: Promise<T>, limitMs: number, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`${what} took longer than ${limitMs} ms`));
    }, limitMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Waits `ms`, or less when the signal aborts; never rejects. */
export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted === true) return Promise.resolve();
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal?.addEventListener('abort', done, { once: true });
  });
}

/**
 * Does `work` for each item, at most `most` at a time, and gives the results in the order of the items. After a fault
 * nothing more is begun; what is under way ends before the fault is thrown.
 */
export async function inParallel<Item, Outcome>(
  items: readonly Item[],
  most: number,
  work: (item: Item) => Promise<Outcome>,
): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  const waiting = items.entries();
  let failed = false;
  const drain = async (): Promise<void> => {
    for (const [index, item] of waiting) {
      if (failed) return;
      try {
        outcomes[index] = await work(item);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  const settled = await Promise.allSettled(Array.from({ length: Math.min(most, items.length) }, drain));
  for (const one of settled) if (one.status === 'rejected') throw one.reason;
  return outcomes;
}

/** Waits that grow by doubling from `firstMs` to `mostMs`, with jitter, and start over after `reset`. */
export class BackOff {
  #firstMs: number;
  #mostMs: number;
  #nextMs: number;

  constructor(firstMs: number, mostMs: number) {
    this.#firstMs = firstMs;
    this.#mostMs = mostMs;
    this.#nextMs = firstMs;
  }

  next(): number {
    const wait = this.#nextMs * (0.5 + Math.random() / 2);
    this.#nextMs = Math.min(this.#nextMs * 2, this.#mostMs);
    return wait;
  }

  reset(): void {
    this.#nextMs = this.#firstMs;
  }
}

/** A wake-up that is remembered when nobody waits yet, so that none is lost between two waits. */
export class Wake {
  #pending = false;
  #waiter: (() => void) | undefined;

  wake(): void {
    if (this.#waiter === undefined) this.#pending = true;
    else this.#waiter();
  }

  /** Resolves at the next wake-up, at once when one is pending, and after `limitMs` in any case. */
  async wait(limitMs: number, signal?: AbortSignal): Promise<void> {
    if (this.#pending || signal?.aborted === true) {
      this.#pending = false;
      return;
    }
    const woken = new AbortController();
    const stop = (): void => {
      woken.abort();
    };
    this.#waiter = stop;
    signal?.addEventListener('abort', stop, { once: true });
    await pause(limitMs, woken.signal);
    signal?.removeEventListener('abort', stop);
    this.#waiter = undefined;
  }
}
