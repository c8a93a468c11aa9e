import { pause } from '@smart-tickets/kit/limits';
import type { Logger } from '@smart-tickets/kit/logger';
import type pg from 'pg';
import { forgetApplied, tidyIndex } from '../use-cases/keep-house.ts';

const tidyEveryMs = 5_000;
const forgetEveryRounds = 12;

/** Background work of this service until `stop`; a round that fails is logged and the next one tries again. */
export function startHousekeeping(systemPool: pg.Pool, log: Logger): { stop(): Promise<void> } {
  const stopped = new AbortController();
  const run = async (): Promise<void> => {
    for (let round = 1; ; round += 1) {
      await pause(tidyEveryMs, stopped.signal);
      if (stopped.signal.aborted) return;
      try {
        await tidyIndex(systemPool);
        if (round % forgetEveryRounds === 0) await forgetApplied(systemPool, stopped.signal);
      } catch (error) {
        log.warn({ err: error }, 'housekeeping failed and will be tried again');
      }
    }
  };
  const running = run();
  return {
    async stop() {
      stopped.abort();
      await running;
    },
  };
}
