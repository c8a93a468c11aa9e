import { ok, type Result } from '@smart-tickets/kit/result';
import type { Refusal } from '../domain/refusal.ts';
import type { Webhook } from '../domain/webhook.ts';
import { changeWebhook } from './change-webhook.ts';
import type { Caller, Deps } from './deps.ts';

/** Takes a webhook away, and gives back what it was. Nothing more is sent to it but what is under way. */
export function deleteWebhook(deps: Deps, caller: Caller, id: string): Promise<Result<Webhook, Refusal>> {
  return changeWebhook<Webhook>(deps, caller, id, 'id', (webhook, webhooks) => {
    webhooks.remove(webhook.id, deps.now().toISOString());
    return ok({ ...webhook, enabled: false });
  });
}
