import type { TicketStatus } from '@smart-tickets/contracts';
import type { Ticket } from './ticket.ts';
import type { MessageEntry } from './timeline.ts';

/**
 * A ticket's place among merged ones. A family is a heir, which stands for itself, with everything that was merged into
 * it, directly or by way of others.
 */
export interface Place {
  readonly id: string;
  /** The ticket that it was merged into itself; null for one that stands for itself. */
  readonly mergedInto: string | null;
  /** The one at the end of the chain of merges; null for one that stands for itself. */
  readonly heirId: string | null;
}

/** A ticket of a family, locked for change, with the number of timeline entries it has. */
export interface FamilyTicket extends Place {
  readonly ticket: Ticket;
  readonly entryCount: number;
  /** What a merge has put aside; null for one that stands for itself. */
  readonly beforeMerge: BeforeMerge | null;
}

/** What a ticket has back when it is taken out of a merge. */
export interface BeforeMerge {
  readonly status: TicketStatus;
  readonly awaitingReplySince: string | null;
  readonly snoozedUntil: string | null;
}

/** What the messages of some tickets together say. Automatic ones neither wait for an answer nor are one. */
export interface MessageFacts {
  readonly messageCount: number;
  readonly lastMessageId: string | null;
  /** When the customer spoke first after the last answer. */
  readonly waitingSince: string | null;
  /** When we answered first; words that open a ticket answer nothing. */
  readonly firstRepliedAt: string | null;
}

/** What tickets without messages say. */
export const noMessages: MessageFacts = {
  messageCount: 0,
  lastMessageId: null,
  waitingSince: null,
  firstRepliedAt: null,
};

/** The same of messages at hand, which are one ticket's, in order. */
export function factsOf(messages: readonly MessageEntry[]): MessageFacts {
  const spoken = messages.filter(({ automatic }) => !automatic);
  const lastAnswer = spoken.findLastIndex(({ direction }) => direction === 'OUTBOUND');
  const answers = spoken.filter((entry) => entry.direction === 'OUTBOUND' && entry !== messages[0]);
  return {
    messageCount: messages.length,
    lastMessageId: messages.at(-1)?.id ?? null,
    waitingSince: spoken[lastAnswer + 1]?.at ?? null,
    firstRepliedAt: answers[0]?.at ?? null,
  };
}

/** The id of the ticket in which this one lives now: itself unless it was merged away. */
export function standingIn(place: Place): string {
  return place.heirId ?? place.id;
}

/** Everything that was merged into a ticket, directly or by way of others; not the ticket itself. */
export function mergedBelow<P extends Place>(places: readonly P[], id: string): P[] {
  const children = Map.groupBy(places, ({ mergedInto }) => mergedInto);
  const below: P[] = [];
  for (let level = children.get(id) ?? []; level.length > 0;) {
    below.push(...level);
    level = level.flatMap((place) => children.get(place.id) ?? []);
  }
  return below;
}

/** The earlier of two instants; null is none. */
export function earlier(a: string | null, b: string | null): string | null {
  if (a === null || b === null) return a ?? b;
  return a < b ? a : b;
}
