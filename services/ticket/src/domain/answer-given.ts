import type { OutboxEvent } from '@smart-tickets/contracts';
import type { Ticket } from './ticket.ts';
import type { MessageEntry } from './timeline.ts';

/** What an answer is told with beside its own words. */
export interface Addressee {
  readonly name: string | null;
  /** BCP 47; null when nobody has said. */
  readonly language: string | null;
  /** The message that is answered; null when there is none. */
  readonly answersMessageId: string | null;
}

/** What the intake is told of an answer, to carry it out: the channel is the ticket's own. */
export function answerGiven(
  ticket: Ticket,
  message: MessageEntry,
  addressee: Addressee,
): OutboxEvent<'ticket.answer-given'>['payload'] {
  const { text, html, to, cc, attachments, automatic, sentAt } = message;
  return {
    messageId: message.id,
    ticketId: ticket.id,
    ticketNumber: ticket.number,
    channelId: ticket.channelId,
    channelKind: ticket.channel,
    teamId: ticket.teamId,
    subject: ticket.subject,
    text,
    html,
    language: addressee.language ?? ticket.language,
    to,
    cc,
    attachments,
    customerId: ticket.customerId,
    customerName: addressee.name,
    author: message.actor,
    automatic,
    answersMessageId: addressee.answersMessageId,
    followsMessageId: null,
    sentAt,
  };
}
