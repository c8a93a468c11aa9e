import { ticketEventSchema, type TicketEvent } from '@smart-tickets/contracts';
import type { FeedEvent } from '@smart-tickets/kit/event-feed';

/** Parsed payloads by the feed's own objects, which all readers of a workspace share: each is parsed once. */
const parsed = new WeakMap<FeedEvent, TicketEvent>();

/** The change of a ticket that an event of the log tells of; null when it tells of something else. */
export function ticketEventOf(event: FeedEvent): TicketEvent | null {
  if (event.topic !== 'ticket.changed') return null;
  let known = parsed.get(event);
  if (known === undefined) {
    known = ticketEventSchema.parse(event.payload);
    parsed.set(event, known);
  }
  return known;
}
