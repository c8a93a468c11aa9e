import { setTimeout as pause } from 'node:timers/promises';
import { statesPerRequest, type Gateway } from './gateway-client.ts';
import type { Tally } from './tally.ts';

/** What waiting for the intake works with. */
export interface SettleParts {
  readonly gateway: Gateway;
  readonly tally: Tally;
  /** Longest wait, in milliseconds; what is in work then stays `waiting`. */
  readonly limitMs: number;
  readonly signal: AbortSignal;
  readonly onProgress: () => void;
}

const firstPauseMs = 50;
const mostPauseMs = 500;

/**
 * Asks after this import's messages until each has reached its end, and files them in the tally. One half of each request
 * is the oldest, which end first where all goes well; the other half goes round, so that some that take long hide none
 * of the rest. Only when none of them has ended is there a pause.
 */
export async function settle(parts: SettleParts): Promise<void> {
  const { gateway, tally, signal } = parts;
  const startedAt = performance.now();
  const inWork = [...tally.waiting.keys()];
  const half = statesPerRequest / 2;
  let turn = 0;
  let pauseMs = firstPauseMs;
  while (inWork.length > 0 && !signal.aborted && performance.now() - startedAt < parts.limitMs) {
    const oldest = inWork.splice(0, half);
    if (turn >= inWork.length) turn = 0;
    const asked = [...oldest, ...inWork.splice(turn, half)];
    const states = await gateway.inboundStates(asked, signal);
    const still = asked.map((id, nth) => !tally.settle(id, states[nth] ?? null));
    const [stillOldest, stillOthers] = [still.slice(0, oldest.length), still.slice(oldest.length)];
    const others = asked.slice(oldest.length).filter((_, nth) => stillOthers[nth]);
    inWork.splice(turn, 0, ...others);
    turn += others.length;
    inWork.unshift(...oldest.filter((_, nth) => stillOldest[nth]));
    parts.onProgress();
    if (still.includes(false)) pauseMs = firstPauseMs;
    else {
      await pause(pauseMs, undefined, { signal }).catch(() => undefined);
      pauseMs = Math.min(pauseMs * 2, mostPauseMs);
    }
  }
}
