import type { TicketEvent, TicketEventKind } from '@smart-tickets/contracts';
import { clip } from '@smart-tickets/kit/text';

/** The version of what is told. A field may be added to it; what would break a receiver is a new version. */
export const webhookPayloadVersion = 1;
/** Most characters of a message or note that are told; the whole text is to be had from the API. */
export const maxWebhookTextLength = 8_000;

const types: Readonly<Record<TicketEventKind, string>> = {
  TICKET_CREATED: 'ticket.created',
  MESSAGE_ADDED: 'ticket.message_added',
  NOTE_ADDED: 'ticket.note_added',
  TICKET_CHANGED: 'ticket.changed',
  TICKET_MERGED: 'ticket.merged',
};

/** What is kept of an event to be told: bounded, and the same however often it is told. */
export type WebhookData = Pick<TicketEvent, 'ticket' | 'changed' | 'entry' | 'actor'>;

/** What of an event is told. */
export function webhookData({ ticket, changed, entry, actor }: TicketEvent): WebhookData {
  return { ticket, changed, entry: boundedEntry(entry), actor };
}

function boundedEntry(entry: TicketEvent['entry']): TicketEvent['entry'] {
  if (entry === null || entry.type === 'CHANGE' || entry.text.length <= maxWebhookTextLength) return entry;
  return { ...entry, text: clip(entry.text, maxWebhookTextLength), textTruncated: true };
}

/** The body that is sent. Source of the form: Standard Webhooks, "Payload structure". */
export function webhookBody(event: {
  readonly kind: TicketEventKind;
  readonly eventAt: string;
  readonly data: unknown;
}): string {
  const { kind, eventAt, data } = event;
  return JSON.stringify({ type: types[kind], version: webhookPayloadVersion, timestamp: eventAt, data });
}
