import { inWorkspace } from '@smart-tickets/kit/postgres';
import { err, ok, type Result } from '@smart-tickets/kit/result';
import type { Refusal } from '../domain/refusal.ts';
import { maxWebhooks, type Webhook } from '../domain/webhook.ts';
import { WebhookStore } from '../persistence/webhook-store.ts';
import type { Caller, Deps } from './deps.ts';
import { withInput, type WebhookInput } from './webhook-input.ts';
import { newWebhookSecret } from './webhook-secret.ts';

/** A webhook with the secret that is shown once. */
export interface WebhookWithSecret {
  readonly webhook: Webhook;
  readonly secret: string;
}

/** Makes a webhook, which is told of everything that is committed from now on; at most 25 in a workspace. */
export function createWebhook(
  deps: Deps,
  caller: Caller,
  input: WebhookInput & { readonly name: string; readonly url: string },
): Promise<Result<WebhookWithSecret, Refusal>> {
  return inWorkspace<WebhookWithSecret, Refusal>(deps.pool, caller.workspaceId, async (tx) => {
    const blank: Webhook = {
      id: deps.newId(),
      name: '',
      url: '',
      events: [],
      enabled: true,
      disabledReason: null,
      createdAt: deps.now().toISOString(),
    };
    const made = withInput(blank, input, deps.allowInsecureWebhooks);
    if (!made.ok) return made;
    const webhooks = new WebhookStore(tx);
    if ((await webhooks.countForAdding()) >= maxWebhooks) {
      const message = `A workspace has at most ${maxWebhooks} webhooks.`;
      return err({ code: 'LIMIT_EXCEEDED', field: 'name', message });
    }
    const secret = newWebhookSecret();
    webhooks.add(made.value, secret);
    return ok({ webhook: made.value, secret });
  });
}
