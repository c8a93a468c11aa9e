import type { DeliveryFailed } from '@smart-tickets/contracts';
import { enter, mayMove } from './lifecycle.ts';
import { changeInstant, nextVersion, type Ticket } from './ticket.ts';
import type { MessageEntry } from './timeline.ts';
import { changesBetween, type FieldChange, type Updated } from './update.ts';

/** Longest word of a mail server that is kept, in characters. */
const maxErrorLength = 2_000;
/** Most recipients that an entry names. */
const maxRecipients = 100;

/** What the timeline tells of an answer that did not arrive. */
export function deliveryChange(failed: DeliveryFailed): FieldChange {
  const { messageId, status, error, recipients } = failed;
  const after = {
    messageId,
    status,
    error: error?.slice(0, maxErrorLength) ?? null,
    recipients: recipients.slice(0, maxRecipients).map(({ address }) => address),
  };
  return { kind: 'DELIVERY', before: {}, after };
}

/**
 * Whether the customer has no answer: nothing is said of recipients, or one of those whom the answer was to, and not only
 * in copy. What a machine wrote answered nothing, so its loss leaves nobody waiting.
 */
export function leavesWaiting(
  { recipients }: Pick<DeliveryFailed, 'recipients'>,
  message: Pick<MessageEntry, 'to' | 'automatic'>,
): boolean {
  if (message.automatic) return false;
  const to = new Set(message.to.map((address) => address.toLowerCase()));
  return recipients.length === 0 || recipients.some(({ address }) => to.has(address.toLowerCase()));
}

/**
 * A ticket whose answer did not reach the customer: it is an agent's turn again, and somebody waits. Spam stays spam, and
 * what is closed stays closed: there only the timeline tells of it.
 */
export function answerLost(old: Ticket, failed: DeliveryFailed, waits: boolean, nowIso: string): Updated {
  const told = deliveryChange(failed);
  const { status } = old;
  if (!waits || status === 'CLOSED' || status === 'SPAM') {
    return { ticket: nextVersion(old, {}, nowIso), changes: [told] };
  }
  const moved = mayMove(status, 'OPEN', 'SYSTEM') ? enter(old, 'OPEN', nowIso) : old;
  const awaitingReplySince = old.awaitingReplySince ?? changeInstant(old, nowIso);
  const ticket = nextVersion(old, { ...moved, awaitingReplySince, snoozedUntil: null }, nowIso);
  return { ticket, changes: [told, ...changesBetween(old, ticket)] };
}

/**
 * The ticket on which somebody sees that the answer on a closed one was lost: it goes on where that one ended, with the
 * same people. Its number is 0 until the database gives one.
 */
export function reopenedBeside(closed: Ticket, id: string, nowIso: string): Ticket {
  return {
    ...closed,
    id,
    number: 0,
    status: 'OPEN',
    awaitingReplySince: nowIso,
    createdAt: nowIso,
    updatedAt: nowIso,
    firstRepliedAt: null,
    resolvedAt: null,
    version: 1,
    messageCount: 0,
    lastMessageId: null,
    snoozedUntil: null,
    mergedIntoId: null,
    rating: null,
  };
}
