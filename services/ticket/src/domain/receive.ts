import type { NormalisedMessage, ThreadReason } from '@smart-tickets/contracts';
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

/** Statuses that a customer's own words bring back to an agent. Automatic mail never changes a status. */
const reopened: ReadonlySet<Ticket['status']> = new Set(['PENDING', 'ON_HOLD', 'RESOLVED']);

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

function append(message: NormalisedMessage, ticket: Ticket, nowIso: string): Ticket {
  const waits = !message.automatic && ticket.status !== 'SPAM';
  const reopens = !message.automatic && reopened.has(ticket.status);
  return nextVersion(
    ticket,
    {
      messageCount: ticket.messageCount + 1,
      lastMessageId: message.messageId,
      language: ticket.language ?? message.language,
      awaitingReplySince: waits ? (ticket.awaitingReplySince ?? nowIso) : ticket.awaitingReplySince,
      ...(reopens ? { status: 'OPEN' as const, resolvedAt: null } : {}),
    },
    nowIso,
  );
}

function open(message: NormalisedMessage, customerId: string, ticketId: string, nowIso: string): Ticket {
  return {
    id: ticketId,
    number: 0,
    subject: message.subject.trim() === '' ? '(no subject)' : message.subject,
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
  };
}
