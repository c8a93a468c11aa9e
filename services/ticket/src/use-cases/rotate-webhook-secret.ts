import { ok, type Result } from '@smart-tickets/kit/result';
import type { Refusal } from '../domain/refusal.ts';
import { formerSecretMs } from '../domain/webhook.ts';
import { changeWebhook } from './change-webhook.ts';
import type { WebhookWithSecret } from './create-webhook.ts';
import type { Caller, Deps } from './deps.ts';
import { newWebhookSecret } from './webhook-secret.ts';

/** Gives a webhook a new secret. For a day the one before signs, too; of two rotations within a day only the last one's. */
export function rotateWebhookSecret(
  deps: Deps,
  caller: Caller,
  id: string,
): Promise<Result<WebhookWithSecret, Refusal>> {
  return changeWebhook<WebhookWithSecret>(deps, caller, id, 'id', (webhook, webhooks) => {
    const secret = newWebhookSecret();
    webhooks.rotate(webhook.id, secret, new Date(deps.now().getTime() + formerSecretMs).toISOString());
    return ok({ webhook, secret });
  });
}
