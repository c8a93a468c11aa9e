import type { NormalisedMessage } from '@smart-tickets/contracts';

/** Tickets of one subject that a sender may open within `loopWindowMs`; what comes beyond lands on the newest of them. */
export const maxOpenings = 5;
/** The same of whatever subjects: a machine may number what it sends. */
export const maxOpeningsOfSender = 20;
export const loopWindowMs = 3_600_000;
/**
 * Mails of persons that one ticket takes within `loopWindowMs`; what comes beyond is taken for a machine's. Source: Zammad
 * stops at 25 in 60 minutes.
 */
export const maxMailsOfTicket = 25;

/** A ticket that somebody has opened. */
export interface Opening {
  readonly ticketId: string;
  /** Whether it has the subject that was asked about. */
  readonly same: boolean;
  readonly customerId: string;
}

/**
 * Whether a message can be part of a loop that goes on now: one written long ago, as an import hands them in, is not, and
 * only mails answer by themselves; calls, chats and forms, whose subject is always the same, are people.
 * Source: FreeScout and LiveAgent bound the mails of one contact by time and stop at an equal subject.
 */
export function mayLoop(message: Pick<NormalisedMessage, 'sentAt' | 'channelKind'>, nowMs: number): boolean {
  return message.channelKind === 'EMAIL' && Date.parse(message.sentAt) > nowMs - loopWindowMs;
}

/**
 * The ticket on which a message lands that would open one too many, or null while its sender may open more: a new
 * customer (null) always. `openings` are tickets within the window, newest first.
 */
export function breakLoop(openings: readonly Opening[], customerId: string | null): string | null {
  const own = openings.filter((opening) => opening.customerId === customerId);
  const same = own.filter((opening) => opening.same);
  if (same.length >= maxOpenings) return same[0]?.ticketId ?? null;
  return own.length >= maxOpeningsOfSender ? (own[0]?.ticketId ?? null) : null;
}
