import type { EraseCustomerData } from '@smart-tickets/contracts';
import type { Ticket } from './ticket.ts';

/** What stands where something was erased. */
export const erasedText = '(erased)';

/** Every service that has a part in erasing a customer; an erasure is complete when each has carried out all parts. */
export const erasingServices = ['ticket', 'channel-ingest', 'routing', 'search'] as const;
export type ErasingService = (typeof erasingServices)[number];

/** Most messages that one request names. */
const maxMessagesOfRequest = 500;

/** A ticket without what its customer has told: what is counted stays. */
export function anonymousTicket(ticket: Ticket): Ticket {
  const rating = ticket.rating === null ? null : { ...ticket.rating, comment: null };
  return { ...ticket, subject: erasedText, fields: {}, rating };
}

/** What the other services are asked to erase, cut into as many requests as one event's bound makes it. */
export type ErasureScope = Pick<EraseCustomerData, 'ticketIds' | 'guestTicketIds' | 'messageIds'>;

/** At least one request; the tickets stand in the first, those of others in each that may name messages on them. */
export function requestsOf(scope: ErasureScope): ErasureScope[] {
  const { ticketIds, guestTicketIds, messageIds } = scope;
  const requests: ErasureScope[] = [
    { ticketIds, guestTicketIds, messageIds: messageIds.slice(0, maxMessagesOfRequest) },
  ];
  for (let from = maxMessagesOfRequest; from < messageIds.length; from += maxMessagesOfRequest) {
    requests.push({
      ticketIds: [],
      guestTicketIds,
      messageIds: messageIds.slice(from, from + maxMessagesOfRequest),
    });
  }
  return requests;
}
