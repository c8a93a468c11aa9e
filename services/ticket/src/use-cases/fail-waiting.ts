import { inWorkspace } from '@smart-tickets/kit/postgres';
import { ok } from '@smart-tickets/kit/result';
import { WebhookStore } from '../persistence/webhook-store.ts';
import type { Deps } from './deps.ts';

/** A webhook can have 100,000 deliveries that wait: they are failed in steps, so that none takes long. */
const batchSize = 2_000;

/**
 * Fails a step of what waits for a webhook that is switched off; true when something may be left. Does nothing to one that
 * is not switched off. Safe to repeat.
 */
export async function failSomeWaiting(deps: Deps, workspaceId: string, webhookId: string): Promise<boolean> {
  const result = await inWorkspace<boolean, never>(deps.pool, workspaceId, async (tx) => {
    const webhooks = new WebhookStore(tx);
    const webhook = await webhooks.lock(webhookId);
    if (webhook === null || webhook.enabled) return ok(false);
    const failed = await webhooks.failWaiting(webhookId, deps.now().toISOString(), batchSize);
    return ok(failed === batchSize);
  });
  return result.ok && result.value;
}
