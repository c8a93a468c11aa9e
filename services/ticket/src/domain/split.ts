import { err, ok, type Result } from '@smart-tickets/kit/result';
import { noMessages, type MessageFacts } from './family.ts';
import { isSettled } from './lifecycle.ts';
import type { Refusal } from './refusal.ts';
import { nextVersion, type Ticket } from './ticket.ts';
import { maxSubjectLength } from './update.ts';

/** Most messages that one split moves. */
export const maxMoved = 1_000;

/** Where a message is: its ticket, and how many messages are before it and from it on there. */
export interface MessagePlace {
  readonly ticketId: string;
  readonly before: number;
  readonly fromHere: number;
}

/** The subject of the ticket that splits off: the old one's unless another is asked for. */
export function splitSubject(ticket: Ticket, asked: string | null): Result<string, Refusal> {
  const subject = asked ?? ticket.subject;
  if (subject.trim() === '') {
    return err({ code: 'INVALID', field: 'subject', message: 'The subject must not be empty.' });
  }
  if (asked !== null && asked.length > maxSubjectLength) {
    const message = `A subject has at most ${maxSubjectLength} characters.`;
    return err({ code: 'LIMIT_EXCEEDED', field: 'subject', message });
  }
  return ok(subject);
}

/** Why a ticket cannot be split before this message; null when it can. `place` is null for an unknown message. */
export function splitFault(ticket: Ticket, place: MessagePlace | null): Refusal | null {
  if (ticket.mergedIntoId !== null) {
    const message = `This ticket was merged into ${ticket.mergedIntoId}: unmerge it first.`;
    return { code: 'NOT_ALLOWED_IN_STATUS', field: 'ticketId', message };
  }
  if (ticket.status === 'CLOSED') {
    const message = 'A closed ticket stays as it is; a new message of the customer opens a follow-up.';
    return { code: 'NOT_ALLOWED_IN_STATUS', field: 'ticketId', message };
  }
  if (place === null) {
    return { code: 'NOT_FOUND', field: 'fromMessageId', message: 'There is no such message on this ticket.' };
  }
  if (place.ticketId !== ticket.id) {
    const message = `The message is on ticket ${place.ticketId}: split that one, or look there if this was done before.`;
    return { code: 'CONFLICT', field: 'fromMessageId', message };
  }
  if (place.before === 0) {
    const message = 'The ticket would be left without a message: split before a later one.';
    return { code: 'INVALID', field: 'fromMessageId', message };
  }
  if (place.fromHere > maxMoved) {
    const message = `At most ${maxMoved} messages can be moved at once; these are ${place.fromHere}. Split before a later one first.`;
    return { code: 'LIMIT_EXCEEDED', field: 'fromMessageId', message };
  }
  return null;
}

/** The messages that a split moves, in order. */
export interface MovedMessages {
  readonly ids: readonly string[];
  /** When they were put on the ticket. */
  readonly instants: ReadonlySet<string>;
  /** Whether the last one is the customer's. */
  readonly endsInbound: boolean;
  readonly facts: MessageFacts;
}

/**
 * The ticket that splits off, as it is once all messages are on it; its number is 0 until the database assigns it. Its
 * version counts the messages: each comes with an event.
 */
export function splitOff(
  old: Ticket,
  ticketId: string,
  subject: string,
  moved: MovedMessages,
  at: string,
): Ticket {
  return {
    ...old,
    id: ticketId,
    number: 0,
    subject,
    status: moved.endsInbound ? 'OPEN' : 'PENDING',
    assigneeId: null,
    tags: [],
    awaitingReplySince: moved.facts.waitingSince,
    createdAt: at,
    updatedAt: at,
    firstRepliedAt: moved.facts.firstRepliedAt,
    resolvedAt: null,
    version: moved.ids.length,
    messageCount: moved.ids.length,
    lastMessageId: moved.ids.at(-1) ?? null,
    snoozedUntil: null,
    mergedIntoId: null,
    rating: null,
  };
}

/** The new ticket right after its n-th message, counted from 1. */
export function splitOffAfter(ticket: Ticket, moved: MovedMessages, n: number): Ticket {
  return { ...ticket, version: n, messageCount: n, lastMessageId: moved.ids[n - 1] ?? null };
}

/** What the messages of a ticket that is split, with those of the tickets merged into it, say before and after. */
export interface SplitFacts {
  readonly before: MessageFacts | undefined;
  readonly rest: MessageFacts | undefined;
}

/**
 * Since when somebody waits on what is left. Where the messages and the ticket agreed before, the messages that are left
 * tell: words wait again whose answer has moved. Otherwise something was settled without an answer, and does not wait
 * again.
 */
function stillWaiting(old: Ticket, moved: MovedMessages, { before, rest }: SplitFacts): string | null {
  const since = old.awaitingReplySince;
  const left = rest?.waitingSince ?? null;
  if (isSettled(old.status)) return null;
  if (since === (before?.waitingSince ?? null)) return left;
  if (since === null || !moved.instants.has(since)) return since;
  return left !== null && left > since ? left : null;
}

/** What is left of the old ticket. */
export function splitFrom(old: Ticket, moved: MovedMessages, facts: SplitFacts, nowIso: string): Ticket {
  const { messageCount, lastMessageId, firstRepliedAt } = facts.rest ?? noMessages;
  return nextVersion(
    old,
    {
      messageCount,
      lastMessageId,
      awaitingReplySince: stillWaiting(old, moved, facts),
      firstRepliedAt: old.firstRepliedAt === null ? null : firstRepliedAt,
    },
    nowIso,
  );
}
