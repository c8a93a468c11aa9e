import type { TicketStatus } from '@smart-tickets/contracts';
import { changeInstant, type Ticket } from './ticket.ts';

/**
 * Who can move a ticket from status to status. CUSTOMER stands for a customer's own words, never for automatic mail;
 * SYSTEM for the timers and for what becomes of an answer on its way; MERGE for merging tickets and taking a merge back,
 * which put any status aside and restore it.
 */
export const lifecycleActors = ['AGENT', 'RULE', 'CUSTOMER', 'SYSTEM', 'MERGE'] as const;
export type LifecycleActor = (typeof lifecycleActors)[number];

/** Why a ticket cannot take a status: the status it has, the one asked for, and its heir when it was merged away. */
export interface StatusFault {
  readonly code: 'NOT_ALLOWED_IN_STATUS';
  readonly from: TicketStatus;
  /** Null when no status was asked for, but something else that the ticket does not take as it stands. */
  readonly to: TicketStatus | null;
  /** The ticket that this one was merged into. */
  readonly heirId: string | null;
}

const worked = ['AGENT', 'RULE'] as const;
const reopens = ['AGENT', 'RULE', 'CUSTOMER', 'SYSTEM'] as const;
const settles = ['AGENT', 'RULE', 'SYSTEM'] as const;
const rescued = ['AGENT'] as const;

type Moves = Readonly<Partial<Record<TicketStatus, readonly LifecycleActor[]>>>;

/**
 * From each status to each other one: who may. What is missing nobody may, so nothing goes back to NEW, and CLOSED is
 * final. MERGE is not in the table: it may go anywhere.
 */
const transitions: Readonly<Record<TicketStatus, Moves>> = {
  NEW: { OPEN: worked, PENDING: worked, ON_HOLD: worked, RESOLVED: worked, CLOSED: worked, SPAM: worked },
  OPEN: { PENDING: worked, ON_HOLD: worked, RESOLVED: worked, CLOSED: worked, SPAM: worked },
  PENDING: { OPEN: reopens, ON_HOLD: worked, RESOLVED: worked, CLOSED: worked, SPAM: worked },
  ON_HOLD: { OPEN: reopens, PENDING: worked, RESOLVED: worked, CLOSED: worked, SPAM: worked },
  RESOLVED: { OPEN: reopens, PENDING: worked, ON_HOLD: worked, CLOSED: settles, SPAM: worked },
  CLOSED: {},
  SPAM: { OPEN: rescued, CLOSED: rescued },
};

/** Whether `actor` may move a ticket from one status to another. Staying is no move, and always allowed. */
export function mayMove(from: TicketStatus, to: TicketStatus, actor: LifecycleActor): boolean {
  return from === to || actor === 'MERGE' || (transitions[from][to]?.includes(actor) ?? false);
}

/** Why `actor` cannot give the ticket a status, or null when they can. A merged ticket takes none: its heir does. */
export function statusFault(ticket: Ticket, to: TicketStatus, actor: LifecycleActor): StatusFault | null {
  const merged = mergedFault(ticket);
  if (merged !== null && actor !== 'MERGE') return { ...merged, to };
  if (mayMove(ticket.status, to, actor)) return null;
  return { code: 'NOT_ALLOWED_IN_STATUS', from: ticket.status, to, heirId: null };
}

/** Why a ticket that was merged away takes no change; null for one that stands for itself. */
export function mergedFault(ticket: Ticket): StatusFault | null {
  const { status, mergedIntoId } = ticket;
  if (mergedIntoId === null) return null;
  return { code: 'NOT_ALLOWED_IN_STATUS', from: status, to: null, heirId: mergedIntoId };
}

/** Statuses in which work on the ticket is over: no customer waits, nothing sleeps. */
export function isSettled(status: TicketStatus): boolean {
  return status === 'RESOLVED' || status === 'CLOSED' || status === 'SPAM';
}

/**
 * What a ticket is after it has taken a status, apart from its version: everything that follows from the move. Staying in
 * the status changes nothing. Whether the move is allowed is asked before, of `statusFault`.
 *
 * - RESOLVED and CLOSED keep since when the ticket is solved; every other status forgets it.
 * - In RESOLVED, CLOSED and SPAM nobody waits for an answer and the ticket does not sleep; OPEN wakes it, being an
 *   agent's turn now.
 * - What was taken for spam by mistake and never answered has waited since it came; a ticket that an agent made did not
 *   come from anybody.
 */
export function enter(ticket: Ticket, status: TicketStatus, nowIso: string): Ticket {
  if (status === ticket.status) return ticket;
  const solved = status === 'RESOLVED' || status === 'CLOSED';
  return {
    ...ticket,
    status,
    resolvedAt: solved ? (ticket.resolvedAt ?? changeInstant(ticket, nowIso)) : null,
    awaitingReplySince: waitingIn(ticket, status),
    snoozedUntil: isSettled(status) || status === 'OPEN' ? null : ticket.snoozedUntil,
  };
}

function waitingIn(ticket: Ticket, status: TicketStatus): string | null {
  if (isSettled(status)) return null;
  const { channelId, customerId, firstRepliedAt } = ticket;
  const came = channelId !== null && customerId !== null;
  const rescues = ticket.status === 'SPAM' && came && firstRepliedAt === null;
  return rescues ? ticket.createdAt : ticket.awaitingReplySince;
}
