/**
 * How often something may be tried: `burst` at once, then one more each `everyMs`.
 */
export interface TryLimit {
  readonly everyMs: number;
  readonly burst: number;
}

/** For one account from one address: a person who mistypes waits a minute, not longer. */
export const pairLimit: TryLimit = { everyMs: 60_000, burst: 5 };

/**
 * For one account from all addresses together from which it has not been signed in to: some 750 guesses a day, whoever
 * makes them and from however many machines. Who sits where they signed in before does not wait for these.
 */
export const strangersLimit: TryLimit = { everyMs: 120_000, burst: 30 };

/** How long an address counts as known after the last sign-in from it, and how many are kept of an agent. */
export const knownSourceDays = 90;
export const mostKnownSources = 20;

/** A session ends when it was not used for so long, or at this age at the latest. */
export const sessionIdleDays = 7;
export const sessionDays = 30;
/** Sessions of one agent; the one that was not used the longest ends for a new one. */
export const mostSessions = 20;
/** A refresh whose answer was lost may be repeated for so long. */
export const refreshGraceMs = 60_000;
