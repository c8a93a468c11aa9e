import type { TicketEventKind } from '@smart-tickets/contracts';
import { ticketEventKinds } from '@smart-tickets/contracts';
import { err, ok, type Result } from '@smart-tickets/kit/result';
import { storable } from '@smart-tickets/kit/text';
import type { Refusal } from '../domain/refusal.ts';
import { maxWebhookNameLength, type Webhook } from '../domain/webhook.ts';
import { webhookUrlFault } from './webhook-address.ts';

/** What an admin says of a webhook; what is undefined stays as it is. */
export interface WebhookInput {
  readonly name?: string | undefined;
  readonly url?: string | undefined;
  readonly events?: readonly string[] | undefined;
  readonly enabled?: boolean | undefined;
}

/**
 * A webhook after what an admin says of it. What they leave out is not looked at again: a URL that was allowed once stays.
 */
export function withInput(
  webhook: Webhook,
  input: WebhookInput,
  allowInsecure: boolean,
): Result<Webhook, Refusal> {
  const name = input.name === undefined ? webhook.name : storable(input.name).trim();
  if (name === '') return invalid('name', 'The name must not be empty.');
  if (name.length > maxWebhookNameLength) {
    const message = `A name has at most ${maxWebhookNameLength} characters.`;
    return err({ code: 'LIMIT_EXCEEDED', field: 'name', message });
  }
  const url = input.url ?? webhook.url;
  const urlFault = input.url === undefined ? null : webhookUrlFault(url, allowInsecure);
  if (urlFault !== null) return invalid('url', urlFault);
  const events = input.events === undefined ? webhook.events : [...new Set(input.events)];
  const untold = events.find((kind) => !isTold(kind));
  if (untold !== undefined) return invalid('events', `${untold} is not told to webhooks.`);
  const enabled = input.enabled ?? webhook.enabled;
  const disabledReason = enabled === webhook.enabled ? webhook.disabledReason : null;
  return ok({ ...webhook, name, url, events: events.filter(isTold), enabled, disabledReason });
}

function isTold(kind: string): kind is TicketEventKind {
  return (ticketEventKinds as readonly string[]).includes(kind);
}

function invalid(field: string, message: string): Result<never, Refusal> {
  return err({ code: 'INVALID', field, message });
}
