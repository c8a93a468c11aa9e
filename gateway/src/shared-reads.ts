/** A read that is under way, with those who wait for it. */
export interface SharedRead<T> {
  readonly answer: Promise<T>;
  /** Id of the request that it is made for. */
  readonly requestId: string;
}

interface Flight<T> extends SharedRead<T> {
  readonly since: number;
}

/** How long a read can be joined unless told otherwise. */
export const defaultSharedReadMs = 500;

/**
 * Lets reads that are the same and under way at the same time be one request (see ADR 0015). Keeps nothing that has come
 * to its end, so that it never holds more than there are requests in flight.
 */
export class SharedReads<T> {
  #joinableMs: number;
  #now: () => number;
  /** By workspace, so that all reads of one can be closed at once. */
  #flights = new Map<string, Map<string, Flight<T>>>();
  #joined = 0;

  /** What has been under way for `joinableMs` is not joined any more: nobody is given an older state. 0 shares nothing. */
  constructor(joinableMs: number = defaultSharedReadMs, now: () => number = () => performance.now()) {
    this.#joinableMs = joinableMs;
    this.#now = now;
  }

  /** Reads that were spared so far. */
  get joined(): number {
    return this.#joined;
  }

  /** Reads that can be joined now. */
  get size(): number {
    let sum = 0;
    for (const flights of this.#flights.values()) sum += flights.size;
    return sum;
  }

  /**
   * The read of this key that is under way, or a new one by `start`, for `requestId`. Whoever has the same key must be
   * entitled to the same answer. The answer is one object for all who wait.
   */
  join(workspaceId: string, key: string, requestId: string, start: () => Promise<T>): SharedRead<T> {
    const held = this.#flights.get(workspaceId)?.get(key);
    const now = this.#now();
    if (held !== undefined && now - held.since < this.#joinableMs) {
      this.#joined += 1;
      return held;
    }
    const flight: Flight<T> = { answer: start(), requestId, since: now };
    const flights = this.#flights.get(workspaceId) ?? new Map<string, Flight<T>>();
    this.#flights.set(workspaceId, flights);
    flights.set(key, flight);
    const forget = (): void => {
      if (flights.get(key) === flight) flights.delete(key);
      if (flights.size === 0 && this.#flights.get(workspaceId) === flights) this.#flights.delete(workspaceId);
    };
    flight.answer.then(forget, forget);
    return flight;
  }

  /**
   * Something in the workspace has changed: what is read from now on must show it, so nobody joins reads that are under way.
   */
  close(workspaceId: string): void {
    this.#flights.delete(workspaceId);
  }
}
