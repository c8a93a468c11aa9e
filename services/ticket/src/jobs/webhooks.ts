import { pause, Wake } from '@smart-tickets/kit/limits';
import type { Logger } from '@smart-tickets/kit/logger';
import type pg from 'pg';
import { workspacesToFeed } from '../persistence/webhook-feed-store.ts';
import { webhooksToFail } from '../persistence/webhook-queries.ts';
import type { Deps } from '../use-cases/deps.ts';
import { failSomeWaiting } from '../use-cases/fail-waiting.ts';
import { feedWebhooks } from '../use-cases/feed-webhooks.ts';
import { WebhookSender, type SenderOptions } from '../use-cases/send-webhooks.ts';

const everyMs = 1_000;
const workspacesAtOnce = 100;

/**
 * Carries a page of events of every workspace over to its webhooks, and gives back of how many workspaces. One that cannot
 * be carried over is logged, and holds up no other. Stops between two when the signal aborts.
 */
export async function feedAllWebhooks(
  deps: Deps,
  systemPool: pg.Pool,
  log: Logger,
  signal?: AbortSignal,
): Promise<number> {
  let fed = 0;
  let page: string[] = [];
  do {
    page = await workspacesToFeed(systemPool, page.at(-1) ?? null, workspacesAtOnce);
    for (const workspaceId of page) {
      if (signal?.aborted === true) return fed;
      try {
        await feedWebhooks(deps, log, workspaceId);
        fed += 1;
      } catch (error) {
        log.warn({ err: error, workspaceId }, 'events could not be carried over to webhooks');
      }
    }
  } while (page.length === workspacesAtOnce);
  return fed;
}

/** Fails what waits for webhooks that were switched off, a step of each at a time, until nothing does or the signal aborts. */
export async function failAllWaiting(deps: Deps, systemPool: pg.Pool, signal?: AbortSignal): Promise<void> {
  for (;;) {
    const webhooks = await webhooksToFail(systemPool, workspacesAtOnce);
    if (webhooks.length === 0) return;
    for (const { workspaceId, id } of webhooks) {
      if (signal?.aborted === true) return;
      await failSomeWaiting(deps, workspaceId, id);
    }
  }
}

/**
 * Feeds webhooks from the event log and sends what is due, about a second after it happened. Any number of processes may
 * do so. `stop` waits a little for what is under way, and gives the rest back.
 */
export function startWebhooks(
  deps: Deps,
  systemPool: pg.Pool,
  log: Logger,
  options: Partial<SenderOptions> = {},
): { stop(): Promise<void> } {
  const stopped = new AbortController();
  const { signal } = stopped;
  const sender = new WebhookSender(deps, systemPool, log, options);
  const wake = new Wake();
  const look = (): void => {
    wake.wake();
  };
  const feed = async (): Promise<void> => {
    while (!signal.aborted) {
      let fed = 0;
      try {
        fed = await feedAllWebhooks(deps, systemPool, log, signal);
        if (fed > 0) look();
      } catch (error) {
        log.warn({ err: error }, 'looking for what webhooks are to be told failed');
      }
      // There may be more where something was; a fault is paused for.
      if (fed === 0) await pause(everyMs, signal);
    }
  };
  const send = async (): Promise<void> => {
    while (!signal.aborted) {
      try {
        await sender.begin(look);
      } catch (error) {
        log.warn({ err: error }, 'looking for what is due to webhooks failed');
        await pause(everyMs, signal);
      }
      await wake.wait(everyMs, signal);
    }
  };
  const fail = async (): Promise<void> => {
    while (!signal.aborted) {
      try {
        await failAllWaiting(deps, systemPool, signal);
      } catch (error) {
        log.warn({ err: error }, 'what waits for webhooks that are switched off could not be failed');
      }
      await pause(everyMs, signal);
    }
  };
  const running = Promise.all([feed(), send(), fail()]);
  return {
    async stop() {
      stopped.abort();
      await running;
      await sender.stop();
    },
  };
}
