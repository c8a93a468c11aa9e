import type { Actor, Attachment } from '@smart-tickets/contracts';
import type { Recipients } from './recipients.ts';
import type { Ticket } from './ticket.ts';
import type { MessageEntry } from './timeline.ts';

/** What is said to the customer: the text, its cleaned HTML if any, to whom it goes, and the files that go with it. */
export interface Outbound extends Recipients {
  readonly text: string;
  readonly html: string | null;
  readonly attachments: Attachment[];
}

/** The timeline entry of an answer, at the instant of the version of the ticket that it makes. */
export function outboundMessage(
  ticket: Ticket,
  place: { readonly id: string; readonly seq: number; readonly actor: Actor },
  said: Outbound,
): MessageEntry {
  const { text, html, to, cc, attachments } = said;
  return {
    type: 'MESSAGE',
    id: place.id,
    ticketId: ticket.id,
    seq: place.seq,
    at: ticket.updatedAt,
    actor: place.actor,
    direction: 'OUTBOUND',
    channel: ticket.channel,
    text,
    html,
    to,
    cc,
    automatic: false,
    threadReason: null,
    sentAt: ticket.updatedAt,
    attachments,
    call: null,
    changedSubject: null,
  };
}
