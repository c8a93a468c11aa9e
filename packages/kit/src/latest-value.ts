/**
 * A value that others watch as it changes. Each watcher is given what it is, then every change; one that is slow is
 * given the newest and never what lay between, so that nothing piles up for anybody. Values that are equal as JSON are
 * no change.
 */
export class LatestValue<T> {
  #text: string | undefined;
  #value: T | undefined;
  #changes = 0;
  #ended = false;
  #watchers = new Set<Watcher<T>>();

  /** The value from now on. */
  put(value: T): void {
    const text = JSON.stringify(value);
    if (text === this.#text) return;
    this.#text = text;
    this.#value = value;
    this.#changes += 1;
    for (const watcher of this.#watchers) watcher.look();
  }

  /** Ends every watch. */
  end(): void {
    this.#ended = true;
    for (const watcher of this.#watchers) watcher.look();
  }

  /** What a watcher that has seen so many changes is given next; undefined while there is nothing new. */
  after(
    changes: number,
  ): { readonly changes: number; readonly result: IteratorResult<T, undefined> } | undefined {
    if (this.#ended) return { changes, result: { done: true, value: undefined } };
    if (changes >= this.#changes) return undefined;
    return { changes: this.#changes, result: { done: false, value: this.#value as T } };
  }

  /**
   * Watches until `return` is called or the value ends. Nothing is given before `ready`; `onLeft` is called once, when
   * the watch is over whichever way. Rejects when `ready` does.
   */
  watch(ready: Promise<unknown>, onLeft: () => void): AsyncIterableIterator<T> {
    const watcher = new Watcher<T>(this, ready, () => {
      this.#watchers.delete(watcher);
      onLeft();
    });
    this.#watchers.add(watcher);
    return watcher;
  }
}

/** Not a generator: one that waits for its next value could not be ended before that value comes. */
class Watcher<T> implements AsyncIterableIterator<T> {
  #value: LatestValue<T>;
  #onLeft: () => void;
  #known = 0;
  #state: 'CLOSED' | 'OPEN' | 'FAILED' | 'LEFT' = 'CLOSED';
  #reason: unknown;
  #resume: (() => void) | undefined;

  constructor(value: LatestValue<T>, ready: Promise<unknown>, onLeft: () => void) {
    this.#value = value;
    this.#onLeft = onLeft;
    ready.then(
      () => {
        this.#turn('OPEN');
      },
      (reason: unknown) => {
        this.#reason = reason;
        this.#turn('FAILED');
      },
    );
  }

  /** Lets a `next` that waits see whether there is something for it. */
  look(): void {
    this.#resume?.();
  }

  async next(): Promise<IteratorResult<T, undefined>> {
    for (;;) {
      const given = this.#given();
      if (given !== undefined) return given;
      await new Promise<void>((resolve) => {
        this.#resume = resolve;
      });
    }
  }

  return(): Promise<IteratorResult<T, undefined>> {
    this.#leave();
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #given(): IteratorResult<T, undefined> | undefined {
    if (this.#state === 'LEFT') return { done: true, value: undefined };
    if (this.#state === 'FAILED') {
      this.#leave();
      throw this.#reason instanceof Error ? this.#reason : new Error('never ready', { cause: this.#reason });
    }
    const given = this.#value.after(this.#known);
    if (given?.result.done === true) this.#leave();
    else if (given === undefined || this.#state === 'CLOSED') return undefined;
    else this.#known = given.changes;
    return given?.result;
  }

  #turn(state: 'OPEN' | 'FAILED'): void {
    if (this.#state === 'CLOSED') this.#state = state;
    this.look();
  }

  #leave(): void {
    if (this.#state === 'LEFT') return;
    this.#state = 'LEFT';
    this.look();
    this.#onLeft();
  }
}
