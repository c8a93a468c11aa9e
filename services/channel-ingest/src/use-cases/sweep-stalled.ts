import { repeat, type Repeated } from '@smart-tickets/kit/repeat';
import type { Logger } from '@smart-tickets/kit/logger';
import { takeStalled } from '../persistence/inbound-queries.ts';
import type { Deps } from './deps.ts';
import { restartInbound } from './retry-inbound.ts';

const everyMs = 60_000;
const stalledMinutes = 15;
const batchSize = 100;

/**
 * Every minute, starts messages again that have waited for a quarter of an hour: the queue may have lost their job
 * (a Redis that came back empty), or the word of what became of them.
 */
export function startStalledSweep(deps: Deps, log: Logger): Repeated {
  return repeat(everyMs, log, 'stalled messages could not be looked for', async () => {
    for (const { workspaceId, messageId } of await takeStalled(deps.systemPool, stalledMinutes, batchSize)) {
      log.warn({ workspaceId, messageId }, 'a received message has stalled and is started again');
      await restartInbound(deps, workspaceId, messageId);
    }
  });
}
