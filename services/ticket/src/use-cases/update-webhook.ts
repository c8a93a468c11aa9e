import { isId } from '@smart-tickets/kit/ids';
import type { Result } from '@smart-tickets/kit/result';
import type { Refusal } from '../domain/refusal.ts';
import type { Webhook } from '../domain/webhook.ts';
import { changeWebhook } from './change-webhook.ts';
import type { Caller, Deps } from './deps.ts';
import { failSomeWaiting } from './fail-waiting.ts';
import { withInput, type WebhookInput } from './webhook-input.ts';

/**
 * Changes a webhook. Switched off, what waits for it is not sent any more and has failed: the first part of it when the call
 * ends, the rest within moments. Switched on again, it is told what comes from then on. A new URL gets what waits, too.
 * What changes nothing writes nothing.
 */
export async function updateWebhook(
  deps: Deps,
  caller: Caller,
  { id, ...input }: WebhookInput & { readonly id: string },
): Promise<Result<Webhook, Refusal>> {
  const { workspaceId } = caller;
  if (input.enabled === true && isId(id)) while (await failSomeWaiting(deps, workspaceId, id));
  const result = await changeWebhook<Webhook>(deps, caller, id, 'id', async (webhook, webhooks) => {
    const changed = withInput(webhook, input, deps.allowInsecureWebhooks);
    if (!changed.ok || JSON.stringify(changed.value) === JSON.stringify(webhook)) return changed;
    const resumed = changed.value.enabled && !webhook.enabled;
    // What was recorded since it was looked through above: a try that was under way.
    if (resumed) await webhooks.failWaiting(id, deps.now().toISOString(), 1_000);
    webhooks.save(changed.value, resumed);
    return changed;
  });
  if (result.ok && !result.value.enabled) await failSomeWaiting(deps, workspaceId, id);
  return result;
}
