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
const mostPauseMs = 1_000;

/**
 * Asks after this import's messages until each has reached its end, and files them in the tally. Asks for a few at a time,
 * going round: those that are still in work come again after all others, so none of them hides the rest.
 */
export async function settle(parts: SettleParts): Promise<void> {
  const { gateway, tally, signal } = parts;
  const queue = [...tally.waiting.keys()];
  const startedAt = performance.now();
  let pauseMs = firstPauseMs;
  while (queue.length > 0 && !signal.aborted && performance.now() - startedAt < parts.limitMs) {
    const ids = queue.splice(0, statesPerRequest);
    const states = await gateway.inboundStates(ids, signal);
    const inWork = ids.filter((id, nth) => !tally.settle(id, states[nth] ?? null));
    queue.push(...inWork);
    parts.onProgress();
    if (inWork.length < ids.length) pauseMs = firstPauseMs;
    else {
      await pause(pauseMs, undefined, { signal }).catch(() => undefined);
      pauseMs = Math.min(pauseMs * 2, mostPauseMs);
    }
  }
}
