import type { NormalisedMessage, ThreadReason } from '@smart-tickets/contracts';
import { applyFields, defaultsOf, maxFieldsAtOnce, type CustomFieldDefinition } from './custom-field.ts';
import { answeredOutside, openedByAgent } from './from-agent.ts';
import { enter, mayMove } from './lifecycle.ts';
import type { Thread } from './stranger-guard.ts';
import { isWithinHouse, nextVersion, type Ticket } from './ticket.ts';

/** What a received message does: it opens a ticket, or changes one. */
export type Reception =
  | {
      readonly kind: 'OPEN';
      readonly reason: ThreadReason;
      readonly followUpOf: string | null;
      /** The ticket to which the message points without a part in it, and one that has the same mail by another mailbox. */
      readonly relatedTo: readonly string[];
      readonly ticket: Ticket;
    }
  | { readonly kind: 'APPEND'; readonly reason: ThreadReason; readonly old: Ticket; readonly ticket: Ticket };

/** What a new ticket needs that the message does not say. */
export interface Opener {
  readonly ticketId: string;
  /** Null for a ticket within the house. */
  readonly customerId: string | null;
  /** The agent who took the call, where that agent is known here. */
  readonly agentId: string | null;
}

/**
 * Decides what a message from outside does. One for a closed ticket opens a follow-up, unless a machine wrote it. One
 * that points to somebody else's ticket opens its own. The number of a new ticket is 0 until the database assigns it.
 */
export function receive(
  message: NormalisedMessage,
  { match, stranger, copy }: Thread,
  opener: Opener,
  nowIso: string,
): Reception {
  // Whoever answers the phone has the ticket, whomever routing chose while it rang.
  const taken = message.call?.outcome === 'ANSWERED' ? opener.agentId : null;
  if (match !== null && (match.ticket.status !== 'CLOSED' || message.automatic)) {
    // Whoever answers what an agent said to nobody in particular is the customer; what is between colleagues stays so.
    const customerId = isWithinHouse(match.ticket) ? null : (match.ticket.customerId ?? opener.customerId);
    const addressed = {
      ...match.ticket,
      customerId,
      assigneeId: (message.automatic ? null : taken) ?? match.ticket.assigneeId,
    };
    const ticket = message.fromAgent
      ? answeredOutside(message, addressed, nowIso)
      : append(message, addressed, nowIso);
    return { kind: 'APPEND', reason: match.reason, old: match.ticket, ticket };
  }
  const opened = open(message, opener, nowIso);
  const ticket = message.fromAgent ? openedByAgent(opened, message) : { ...opened, assigneeId: taken };
  return {
    kind: 'OPEN',
    reason: match !== null ? 'FOLLOW_UP' : openingReason(stranger, copy),
    followUpOf: match?.ticket.id ?? null,
    relatedTo: [stranger, copy].flatMap((other) => other?.id ?? []),
    ticket,
  };
}

function openingReason(stranger: Ticket | null, copy: Ticket | null): ThreadReason {
  if (copy !== null) return 'SAME_MAIL';
  return stranger === null ? 'NEW_CONVERSATION' : 'STRANGER';
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

function open(message: NormalisedMessage, { ticketId, customerId }: Opener, nowIso: string): Ticket {
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

/**
 * The same with the custom fields of a new ticket: what they are by default, and what was handed in with the message. What
 * of it does not fit its definition, or the size of a ticket, is left out: a message is never refused for it.
 */
export function withFields(
  reception: Reception,
  definitions: readonly CustomFieldDefinition[],
  given: Record<string, unknown>,
): Reception {
  if (reception.kind !== 'OPEN' || definitions.length === 0) return reception;
  let fields = defaultsOf(definitions);
  for (const [key, value] of Object.entries(given).slice(0, maxFieldsAtOnce)) {
    const applied = applyFields(definitions, fields, [{ key, value }]);
    if (applied.ok) fields = applied.value;
  }
  return { ...reception, ticket: { ...reception.ticket, fields } };
}
