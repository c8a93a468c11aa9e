import { repeat, type Repeated } from '@smart-tickets/kit/repeat';
import type { Logger } from '@smart-tickets/kit/logger';
import type pg from 'pg';
import { unfinishedErasures, type UnfinishedErasure } from '../persistence/erasure-queries.ts';
import type { Deps } from '../use-cases/deps.ts';
import { finishErasure } from '../use-cases/erase-customer.ts';

const everyMs = 60_000;
const atOnce = 20;

/** Goes on with erasures that broke off, every minute. Any number of processes may do so: each erasure's row decides. */
export function startErasureSweep(deps: Deps, systemPool: pg.Pool, log: Logger): Repeated {
  return repeat(everyMs, log, 'looking for unfinished erasures failed', (signal) =>
    sweepErasures(deps, systemPool, log, signal),
  );
}

/**
 * Finishes the erasures that broke off a minute ago or earlier. One that cannot be finished is logged, and holds up no
 * other; the next sweep tries it again. Stops between two when the signal aborts.
 */
export async function sweepErasures(
  deps: Deps,
  systemPool: pg.Pool,
  log: Logger,
  signal?: AbortSignal,
): Promise<void> {
  let page: UnfinishedErasure[] = [];
  do {
    page = await unfinishedErasures(systemPool, atOnce, page.at(-1));
    for (const { workspaceId, customerId, id } of page) {
      if (signal?.aborted === true) return;
      try {
        await finishErasure(deps, workspaceId, customerId, `sweep-${customerId}`);
      } catch (error) {
        log.error({ err: error, workspaceId, erasureId: id }, 'an erasure could not be finished');
      }
    }
  } while (page.length === atOnce);
}
