import { inWorkspace, type Tx } from '@smart-tickets/kit/postgres';
import { err, ok, type Result } from '@smart-tickets/kit/result';
import type { InputFault } from '../domain/input-fault.ts';
import type { Refusal } from '../domain/refusal.ts';
import { maxWebhooks, type Webhook } from '../domain/webhook.ts';
import { WebhookStore } from '../persistence/webhook-store.ts';
import type { Caller, Deps } from './deps.ts';
import { doOnce } from './do-once.ts';
import { withInput, type WebhookInput } from './webhook-input.ts';
import { newWebhookSecret } from './webhook-secret.ts';

/** A webhook with the secret that is shown once. */
export interface WebhookWithSecret {
  readonly webhook: Webhook;
  readonly secret: string;
}

type Asked = WebhookInput & { readonly name: string; readonly url: string };

/**
 * Makes a webhook, which is told of everything that is committed from now on; at most 25 in a workspace. A repeat under
 * the same key gives the webhook as it is now; NOT_FOUND when it has been deleted.
 */
export async function createWebhook(
  deps: Deps,
  caller: Caller,
  { idempotencyKey, ...asked }: Asked & { readonly idempotencyKey: string | null },
): Promise<Result<WebhookWithSecret, Refusal | InputFault>> {
  const result = await doOnce<WebhookWithSecret | null, Refusal>(
    deps,
    caller,
    { mutation: 'createWebhook', key: idempotencyKey, input: asked },
    (tx, id) => write(deps, tx, asked, id),
    (id) => firstResult(deps, caller, id),
  );
  if (!result.ok) return result;
  if (result.value === null) {
    const message = 'The webhook that was made under this key has been deleted; take a new key.';
    return err({ code: 'NOT_FOUND', field: 'idempotencyKey', message });
  }
  return ok(result.value);
}

async function write(
  deps: Deps,
  tx: Tx,
  asked: Asked,
  id: string,
): Promise<Result<WebhookWithSecret, Refusal>> {
  const blank: Webhook = {
    id,
    name: '',
    url: '',
    events: [],
    enabled: true,
    disabledReason: null,
    createdAt: deps.now().toISOString(),
  };
  const made = withInput(blank, asked, deps.allowInsecureWebhooks);
  if (!made.ok) return made;
  const webhooks = new WebhookStore(tx);
  if ((await webhooks.countForAdding()) >= maxWebhooks) {
    const message = `A workspace has at most ${maxWebhooks} webhooks.`;
    return err({ code: 'LIMIT_EXCEEDED', field: 'name', message });
  }
  const secret = newWebhookSecret();
  webhooks.add(made.value, secret);
  return ok({ webhook: made.value, secret });
}

async function firstResult(deps: Deps, caller: Caller, id: string): Promise<WebhookWithSecret | null> {
  const read = await inWorkspace<WebhookWithSecret | null, never>(
    deps.pool,
    caller.workspaceId,
    async (tx) => {
      const webhooks = new WebhookStore(tx);
      const webhook = await webhooks.lock(id);
      return ok(webhook === null ? null : { webhook, secret: await webhooks.secretOf(id) });
    },
  );
  return read.ok ? read.value : null;
}
