import type { Logger } from '@smart-tickets/kit/logger';
import { withLimit } from '@smart-tickets/kit/limits';
import { inWorkspace } from '@smart-tickets/kit/postgres';
import { ok } from '@smart-tickets/kit/result';
import type pg from 'pg';
import {
  retryAfterMs,
  verdictOf,
  waitAfterMs,
  type WebhookAttempt,
  type WebhookVerdict,
} from '../domain/webhook.ts';
import { takeDue, WebhookSendingStore, type TakenDelivery } from '../persistence/webhook-sending.ts';
import { WebhookStore } from '../persistence/webhook-store.ts';
import type { Deps } from './deps.ts';
import { failSomeWaiting } from './fail-waiting.ts';
import { postWebhook, type PostOutcome } from './post-webhook.ts';
import { resolveHere, type Resolve } from './webhook-address.ts';
import { webhookBody } from './webhook-payload.ts';

/** How a sender works. */
export interface SenderOptions {
  /** Longest time for one try, from the look-up of the name to the end of the answer. */
  readonly limitMs: number;
  /** A delivery whose sender is gone is sent again after this time; longer than a try with its recording. */
  readonly leaseSeconds: number;
  /** Deliveries to one webhook at a time, in all processes. */
  readonly perWebhook: number;
  /** Deliveries at a time in this process; of those to webhooks whose last try failed there are `failingAtOnce` at most. */
  readonly atOnce: number;
  readonly failingAtOnce: number;
  /** How long `stop` waits for what is under way. */
  readonly stopMs: number;
  readonly resolve: Resolve;
  readonly random: () => number;
}

export const usualSenderOptions: SenderOptions = {
  limitMs: 15_000,
  leaseSeconds: 60,
  perWebhook: 4,
  atOnce: 96,
  failingAtOnce: 32,
  stopMs: 5_000,
  resolve: resolveHere,
  random: Math.random,
};

const goneReason = 'The receiver answered 410 Gone.';

/**
 * Sends what is due to webhooks, at least once. Any number of processes may do so: each delivery is taken by one of them,
 * for as long as its lease lasts. What a process did not record, because it ended or lost the database, is sent again with
 * the same id.
 */
export class WebhookSender {
  #deps: Deps;
  #systemPool: pg.Pool;
  #log: Logger;
  #options: SenderOptions;
  /** What is under way, and whether its webhook failed the last time. */
  #sending = new Map<Promise<void>, boolean>();
  #stopped = new AbortController();

  constructor(deps: Deps, systemPool: pg.Pool, log: Logger, options: Partial<SenderOptions> = {}) {
    this.#deps = deps;
    this.#systemPool = systemPool;
    this.#log = log;
    this.#options = { ...usualSenderOptions, ...options };
  }

  /** Takes what is due and there is room for, and begins to send it; how many. `ended` is called after each. */
  async begin(ended: () => void = () => undefined): Promise<number> {
    const { atOnce, failingAtOnce, perWebhook, leaseSeconds } = this.#options;
    const failing = [...this.#sending.values()].filter(Boolean).length;
    const limits = {
      perWebhook,
      sound: atOnce - failingAtOnce - (this.#sending.size - failing),
      failing: failingAtOnce - failing,
    };
    if (limits.sound <= 0 && limits.failing <= 0) return 0;
    const nowIso = this.#deps.now().toISOString();
    const taken = await takeDue(this.#systemPool, nowIso, leaseSeconds, {
      perWebhook,
      sound: Math.max(0, limits.sound),
      failing: Math.max(0, limits.failing),
    });
    for (const delivery of taken) {
      const sending = this.#send(delivery)
        .catch((error: unknown) => {
          const { workspaceId, webhookId, id } = delivery;
          this.#log.warn({ err: error, workspaceId, webhookId, id }, 'a delivery could not be recorded');
        })
        .finally(() => {
          this.#sending.delete(sending);
          ended();
        });
      this.#sending.set(sending, delivery.failing);
    }
    return taken.length;
  }

  /** Resolves when nothing is under way any more. */
  async settled(): Promise<void> {
    while (this.#sending.size > 0) await Promise.all(this.#sending.keys());
  }

  /** Waits a little for what is under way; what is not done by then is given back, and others send it again. */
  async stop(): Promise<void> {
    await withLimit(this.settled(), this.#options.stopMs, 'sending').catch(() => undefined);
    this.#stopped.abort();
    await this.settled();
  }

  async #send(delivery: TakenDelivery): Promise<void> {
    const at = this.#deps.now();
    const begun = performance.now();
    const { limitMs, resolve } = this.#options;
    const { signal } = this.#stopped;
    const outcome = await postWebhook(
      {
        id: delivery.id,
        url: delivery.url,
        body: webhookBody(delivery),
        secrets: secretsOf(delivery, at),
        at,
      },
      { allowInsecure: this.#deps.allowInsecureWebhooks, resolve, limitMs, signal },
    );
    const durationMs = Math.round(performance.now() - begun);
    if (signal.aborted && outcome.responseStatus === null) return this.#release(delivery);
    const { responseStatus, detail } = outcome;
    await this.#record(delivery, outcome, { responseStatus, detail, at: at.toISOString(), durationMs });
  }

  async #release(delivery: TakenDelivery): Promise<void> {
    await inWorkspace<null, never>(this.#deps.pool, delivery.workspaceId, (tx) => {
      new WebhookSendingStore(tx, delivery).release(this.#deps.now().toISOString());
      return Promise.resolve(ok(null));
    });
  }

  async #record(
    delivery: TakenDelivery,
    { responseStatus, retryAfter }: PostOutcome,
    attempt: WebhookAttempt,
  ): Promise<void> {
    const verdict = verdictOf(responseStatus);
    const now = this.#deps.now();
    const waitMs = verdict === 'FAILED' ? waitAfterMs(delivery.tries + 1, this.#options.random()) : null;
    // Never sooner than planned: a receiver cannot have us try faster, nor more often.
    const askedMs = retryAfterMs(responseStatus, retryAfter, now.getTime());
    const retryAt =
      waitMs === null ? null : new Date(now.getTime() + Math.max(waitMs, askedMs)).toISOString();
    await inWorkspace<null, never>(this.#deps.pool, delivery.workspaceId, async (tx) => {
      const store = new WebhookSendingStore(tx, delivery);
      const webhooks = new WebhookStore(tx);
      const nowIso = now.toISOString();
      if (verdict === 'GONE') await webhooks.lock(delivery.webhookId);
      else store.share();
      const isOurs =
        retryAt === null
          ? await store.finish(endOf(verdict), attempt, nowIso)
          : await store.retry(attempt, retryAt);
      if (!isOurs) return ok(null);
      store.note(verdict !== 'DELIVERED', nowIso);
      if (verdict === 'GONE') webhooks.disable(delivery.webhookId, goneReason);
      return ok(null);
    });
    if (verdict === 'GONE') await failSomeWaiting(this.#deps, delivery.workspaceId, delivery.webhookId);
  }
}

function endOf(verdict: WebhookVerdict): 'DELIVERED' | 'FAILED' {
  return verdict === 'DELIVERED' ? 'DELIVERED' : 'FAILED';
}

/** The secrets that sign: the present one, and for a day the one before. */
function secretsOf({ secret, formerSecret, formerSecretUntil }: TakenDelivery, at: Date): string[] {
  const isFormerValid = formerSecretUntil !== null && new Date(formerSecretUntil) > at;
  return formerSecret !== null && isFormerValid ? [secret, formerSecret] : [secret];
}
