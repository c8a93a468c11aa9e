import { isId } from '@smart-tickets/kit/ids';
import { inWorkspace } from '@smart-tickets/kit/postgres';
import { err, type Result } from '@smart-tickets/kit/result';
import type { Refusal } from '../domain/refusal.ts';
import type { Webhook } from '../domain/webhook.ts';
import { WebhookStore } from '../persistence/webhook-store.ts';
import type { Caller, Deps } from './deps.ts';

/** Does `change` with a webhook under its lock, in one transaction; `field` names the argument that its id came in. */
export function changeWebhook<T>(
  deps: Deps,
  caller: Caller,
  id: string,
  field: string,
  change: (webhook: Webhook, webhooks: WebhookStore) => Promise<Result<T, Refusal>> | Result<T, Refusal>,
): Promise<Result<T, Refusal>> {
  return inWorkspace<T, Refusal>(deps.pool, caller.workspaceId, async (tx) => {
    const webhooks = new WebhookStore(tx);
    const webhook = isId(id) ? await webhooks.lock(id) : null;
    if (webhook === null) return err({ code: 'NOT_FOUND', field, message: 'There is no such webhook.' });
    return change(webhook, webhooks);
  });
}
