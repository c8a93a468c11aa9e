/** Failures in a row after which nothing is sent for a while. */
const mostFailures = 5;
const firstPauseMs = 1_000;
const longestPauseMs = 5_000;

/**
 * Keeps requests away from a subgraph that does not answer, so that nobody waits for it in vain. After five failures in a
 * row it is left alone for a second; then one request tries, and when that fails, too, for twice as long, 5 s at most.
 */
export class Breaker {
  #now: () => number;
  #failures = 0;
  #pauseMs = firstPauseMs;
  #closedUntil = 0;
  #trying = false;

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /** Milliseconds for which nothing should be sent; 0 when the caller may send, and then says what became of it. */
  waitMs(): number {
    if (this.#failures < mostFailures) return 0;
    const left = this.#closedUntil - this.#now();
    if (left > 0) return left;
    if (this.#trying) return this.#pauseMs;
    this.#trying = true;
    return 0;
  }

  succeeded(): void {
    this.#failures = 0;
    this.#pauseMs = firstPauseMs;
    this.#trying = false;
  }

  failed(): void {
    this.#failures += 1;
    if (this.#failures < mostFailures) return;
    if (this.#trying) this.#pauseMs = Math.min(this.#pauseMs * 2, longestPauseMs);
    this.#trying = false;
    this.#closedUntil = this.#now() + this.#pauseMs;
  }
}
