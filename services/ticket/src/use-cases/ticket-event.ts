import {
  maxEventTextLength,
  type Actor,
  type Cause,
  type OutboxEvent,
  type TicketEventKind,
} from '@smart-tickets/contracts';
import { clip } from '@smart-tickets/kit/text';
import { differenceOf, type Ticket } from '../domain/ticket.ts';
import type { TimelineEntry } from '../domain/timeline.ts';

/** The event that tells of one change: the ticket as it is now, what differs, and the entry that was added. */
export function ticketEvent(change: {
  readonly id: string;
  readonly kind: TicketEventKind;
  readonly old: Ticket | null;
  readonly ticket: Ticket;
  readonly entry: TimelineEntry | null;
  readonly actor: Actor;
  readonly channelTeamId: string | null;
  readonly cause: Cause;
}): OutboxEvent<'ticket.changed'> {
  const { old, ticket, entry } = change;
  const difference = old === null ? { changed: [], before: {} } : differenceOf(old, ticket);
  return {
    id: change.id,
    topic: 'ticket.changed',
    cause: change.cause,
    payload: {
      kind: change.kind,
      ticket,
      changed: difference.changed,
      before: difference.before,
      entry: entry === null ? null : entryInEvent(entry),
      actor: change.actor,
      channelTeamId: change.channelTeamId,
      at: ticket.updatedAt,
    },
  };
}

function entryInEvent(entry: TimelineEntry): OutboxEvent<'ticket.changed'>['payload']['entry'] {
  if (entry.type === 'CHANGE') return { type: 'CHANGE', id: entry.id, kind: entry.kind };
  const text = clip(entry.text, maxEventTextLength);
  const textTruncated = text.length < entry.text.length;
  if (entry.type === 'NOTE') {
    const { id, actor, mentions } = entry;
    return { type: 'NOTE', id, author: actor, text, textTruncated, mentions };
  }
  return {
    type: 'MESSAGE',
    id: entry.id,
    direction: entry.direction,
    author: entry.actor,
    text,
    textTruncated,
    automatic: entry.automatic,
    threadReason: entry.threadReason,
    sentAt: entry.sentAt,
  };
}
