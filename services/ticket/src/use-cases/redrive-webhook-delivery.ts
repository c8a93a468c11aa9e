import { isId } from '@smart-tickets/kit/ids';
import { err, ok, type Result } from '@smart-tickets/kit/result';
import type { Refusal } from '../domain/refusal.ts';
import type { Webhook } from '../domain/webhook.ts';
import { changeWebhook } from './change-webhook.ts';
import type { Caller, Deps } from './deps.ts';

/**
 * Lets a delivery that has failed for good begin anew, with twelve tries, at once or when the earlier ones of its ticket
 * are done. One that waits already is left as it is, so that a repeat is safe.
 */
export function redriveWebhookDelivery(
  deps: Deps,
  caller: Caller,
  input: { readonly webhookId: string; readonly id: string },
): Promise<Result<Webhook, Refusal>> {
  return changeWebhook<Webhook>(deps, caller, input.webhookId, 'webhookId', async (webhook, webhooks) => {
    const status = isId(input.id) ? await webhooks.statusOf(webhook.id, input.id) : null;
    if (status === null)
      return err({ code: 'NOT_FOUND', field: 'id', message: 'There is no such delivery.' });
    if (status === 'DELIVERED') {
      return err({ code: 'NOT_ALLOWED_IN_STATUS', field: 'id', message: 'It has been delivered.' });
    }
    if (!webhook.enabled) {
      const message = 'The webhook is switched off: switch it on first.';
      return err({ code: 'NOT_ALLOWED_IN_STATUS', field: 'webhookId', message });
    }
    if (status === 'FAILED') webhooks.redrive(webhook.id, input.id, deps.now().toISOString());
    return ok(webhook);
  });
}
