import type { NormalisedMessage, ThreadReason } from '@smart-tickets/contracts';
import { defaultsOf, type CustomFieldDefinition } from './custom-field.ts';
import { enter, mayMove } from './lifecycle.ts';
import type { ThreadMatch } from './threading.ts';
import type { Ticket } from './ticket.ts';
import { nextVersion } from './ticket.ts';

/** What a received message does: it opens a ticket, or changes one. */
export type Reception =
  | {
      readonly kind: 'OPEN';
      readonly reason: ThreadReason;
      readonly followUpOf: string | null;
      readonly ticket: Ticket;
    }
  | { readonly kind: 'APPEND'; readonly reason: ThreadReason; readonly old: Ticket; readonly ticket: Ticket };

/**
 * Decides what a message from outside does. A closed ticket takes no more messages: one for it opens a follow-up.
 * The number of a new ticket is 0 until the database assigns it.
 */
export function receive(
  message: NormalisedMessage,
  match: ThreadMatch | null,
  customerId: string,
  ids: { readonly ticketId: string },
  nowIso: string,
): Reception {
  if (match !== null && match.ticket.status !== 'CLOSED') {
    return {
      kind: 'APPEND',
      reason: match.reason,
      old: match.ticket,
      ticket: append(message, match.ticket, nowIso),
    };
  }
  return {
    kind: 'OPEN',
    reason: match === null ? 'NEW_CONVERSATION' : 'FOLLOW_UP',
    followUpOf: match?.ticket.id ?? null,
    ticket: open(message, customerId, ids.ticketId, nowIso),
  };
}

/** The subject that a ticket gets of a message. */
export function subjectOf(message: Pick<NormalisedMessage, 'subject'>): string {
  return message.subject.trim() === '' ? '(no subject)' : message.subject;
}

/** What a message of a loop does: it lands on a ticket as machines' words do, whatever it looks like. */
export function receiveLooping(message: NormalisedMessage, ticket: Ticket, nowIso: string): Reception {
  const automatic = { ...message, automatic: true };
  return { kind: 'APPEND', reason: 'LOOP', old: ticket, ticket: append(automatic, ticket, nowIso) };
}

/** A customer's own words wake the ticket and bring it back to an agent where they may; automatic mail does neither. */
function append(message: NormalisedMessage, ticket: Ticket, nowIso: string): Ticket {
  const said = {
    messageCount: ticket.messageCount + 1,
    lastMessageId: message.messageId,
    language: ticket.language ?? message.language,
  };
  if (message.automatic || ticket.status === 'SPAM') return nextVersion(ticket, said, nowIso);
  const reopens = mayMove(ticket.status, 'OPEN', 'CUSTOMER');
  const moved = reopens ? enter(ticket, 'OPEN', nowIso) : ticket;
  const waits = { awaitingReplySince: ticket.awaitingReplySince ?? nowIso, snoozedUntil: null };
  return nextVersion(ticket, { ...moved, ...said, ...waits }, nowIso);
}

function open(message: NormalisedMessage, customerId: string, ticketId: string, nowIso: string): Ticket {
  return {
    id: ticketId,
    number: 0,
    subject: subjectOf(message),
    status: 'NEW',
    priority: 'NORMAL',
    channel: message.channelKind,
    channelId: message.channelId,
    customerId,
    assigneeId: null,
    teamId: null,
    tags: [],
    language: message.language,
    awaitingReplySince: message.automatic ? null : nowIso,
    createdAt: nowIso,
    updatedAt: nowIso,
    firstRepliedAt: null,
    resolvedAt: null,
    version: 1,
    messageCount: 1,
    lastMessageId: message.messageId,
    fields: {},
    snoozedUntil: null,
    mergedIntoId: null,
    rating: null,
  };
}

/** The same with what the custom fields of a new ticket are by default. */
export function withDefaults(reception: Reception, definitions: readonly CustomFieldDefinition[]): Reception {
  if (reception.kind !== 'OPEN' || definitions.length === 0) return reception;
  return { ...reception, ticket: { ...reception.ticket, fields: defaultsOf(definitions) } };
}
