import { pause } from './limits.ts';
import type { Logger } from './logger.ts';

/** Work that goes on by itself; `stop` resolves when it has ended. */
export interface Repeated {
  stop(): Promise<void>;
}

/**
 * Does something now, and again `everyMs` after it was done, until it is stopped. What it throws is logged as a warning with
 * this message, and the next round is as ever. `work` may end early when its signal aborts.
 */
export function repeat(
  everyMs: number,
  log: Logger,
  message: string,
  work: (signal: AbortSignal) => Promise<void>,
): Repeated {
  const stopped = new AbortController();
  const run = async (): Promise<void> => {
    while (!stopped.signal.aborted) {
      try {
        await work(stopped.signal);
      } catch (error) {
        log.warn({ err: error }, message);
      }
      await pause(everyMs, stopped.signal);
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
