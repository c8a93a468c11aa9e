import { BoundedMap } from '@smart-tickets/kit/bounded-map';

/** What a caller has left after an operation. */
export interface Balance {
  readonly allowed: boolean;
  /** What the operation cost, or would have cost. */
  readonly cost: number;
  readonly limit: number;
  /** Whole points left. */
  readonly remaining: number;
  /** Until the budget is full again, or until the refused operation could be paid, in seconds. */
  readonly resetSeconds: number;
}

interface Account {
  points: number;
  at: number;
}

/** Callers that were heard of longest ago are forgotten: their budgets are full again by then. */
const mostCallers = 50_000;
const minuteMs = 60_000;

/**
 * How much each caller may still ask: a token bucket of `perMinute` points that fills up within a minute. One gateway
 * process counts for itself; behind several, a caller has as many budgets.
 */
export class Budgets {
  readonly perMinute: number;
  #now: () => number;
  #accounts = new BoundedMap<string, Account>(mostCallers);

  constructor(perMinute: number, now: () => number = Date.now) {
    this.perMinute = perMinute;
    this.#now = now;
  }

  /** Takes an operation's cost, at least one point, from its caller's budget; a refused one takes nothing. */
  spend(caller: string, operationCost: number): Balance {
    const now = this.#now();
    const cost = Math.max(1, Math.ceil(operationCost));
    const limit = this.perMinute;
    const account = this.#accounts.get(caller) ?? { points: limit, at: now };
    account.points = Math.min(limit, account.points + ((now - account.at) * limit) / minuteMs);
    account.at = now;
    const allowed = account.points >= cost;
    if (allowed) account.points -= cost;
    this.#accounts.set(caller, account);
    const missing = (allowed ? limit : Math.min(cost, limit)) - account.points;
    return {
      allowed,
      cost,
      limit,
      remaining: Math.floor(account.points),
      resetSeconds: Math.ceil((missing * minuteMs) / limit / 1_000),
    };
  }
}
