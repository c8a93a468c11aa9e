/** Notes when things arrived, and lets others wait for them. */
export class Arrivals {
  readonly #times = new Map<string, number>();
  readonly #waiting = new Map<string, (at: number) => void>();
  #fault: unknown;
  #failed: (fault: unknown) => void = () => undefined;

  /** The first arrival of a key counts. */
  note(key: string, at: number): void {
    if (this.#times.has(key)) return;
    this.#times.set(key, at);
    this.#waiting.get(key)?.(at);
    this.#waiting.delete(key);
  }

  has(key: string): boolean {
    if (this.#fault !== undefined) throw asError(this.#fault);
    return this.#times.has(key);
  }

  /** When the key arrived; waits for it. Throws after `limitMs`, and when nothing can arrive any more. */
  async of(key: string, limitMs: number): Promise<number> {
    const known = this.#times.get(key);
    if (known !== undefined) return known;
    if (this.#fault !== undefined) throw asError(this.#fault);
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    const timer = setTimeout(() => {
      reject(new Error(`${key} did not arrive within ${limitMs} ms`));
    }, limitMs);
    this.#waiting.set(key, resolve);
    this.#failed = reject;
    return promise.finally(() => {
      clearTimeout(timer);
    });
  }

  /** Ends the wait with a fault. */
  fail(fault: unknown): void {
    this.#fault = fault;
    this.#failed(asError(fault));
  }
}

function asError(fault: unknown): Error {
  return Error.isError(fault) ? fault : new Error('the subscription broke off', { cause: fault });
}
