/** Messages and pings that a socket may send at once: ten times the operations that it may have. */
const atOnce = 1_000;
/** Those that it may send each second after that: more than operations could be run. */
const perSecond = 2_000;

/**
 * Counts what comes in on one socket. Operations are paid for by their cost, see Budgets; this is for what costs nothing:
 * pings, answers to pings, words about operations that are none.
 */
export class FrameRate {
  #left = atOnce;
  #countedAtMs: number;

  /** Times are milliseconds of a clock that does not go back. */
  constructor(nowMs: number = performance.now()) {
    this.#countedAtMs = nowMs;
  }

  /** Whether one more may be taken; once it may not, the socket should be closed. */
  take(nowMs: number = performance.now()): boolean {
    const earned = ((nowMs - this.#countedAtMs) / 1_000) * perSecond;
    this.#left = Math.min(this.#left + earned, atOnce);
    this.#countedAtMs = nowMs;
    if (this.#left < 1) return false;
    this.#left -= 1;
    return true;
  }
}
