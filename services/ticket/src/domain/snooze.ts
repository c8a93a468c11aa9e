import { err, ok, type Result } from '@smart-tickets/kit/result';
import { enter, isSettled, mergedFault, statusFault, type StatusFault } from './lifecycle.ts';
import type { Ticket } from './ticket.ts';
import { revised, type Updated } from './update.ts';

/** Longest time that a ticket may be put to sleep for, in years. */
export const maxSnoozeYears = 5;

const millisecondsPerDay = 86_400_000;

export type SnoozeFault = StatusFault | { readonly code: 'INVALID'; readonly message: string };

/**
 * The ticket put to sleep until an instant to come, or null when it sleeps until then already. What is resolved, closed,
 * spam or merged away is out of the working views as it is, and takes no snooze.
 */
export function snooze(ticket: Ticket, until: string, nowIso: string): Result<Updated | null, SnoozeFault> {
  const merged = mergedFault(ticket);
  if (merged !== null) return err(merged);
  if (isSettled(ticket.status)) {
    return err({ code: 'NOT_ALLOWED_IN_STATUS', from: ticket.status, to: null, heirId: null });
  }
  if (until <= nowIso) {
    return err({
      code: 'INVALID',
      message: 'A ticket can only sleep until an instant that is still to come.',
    });
  }
  const latest = new Date(nowIso);
  latest.setUTCFullYear(latest.getUTCFullYear() + maxSnoozeYears);
  if (until > latest.toISOString()) {
    return err({ code: 'INVALID', message: `A ticket can sleep for at most ${maxSnoozeYears} years.` });
  }
  return ok(revised(ticket, { ...ticket, snoozedUntil: until }, nowIso));
}

/** The ticket awake, when the instant has come until which it sleeps; null when it has not, or does not sleep. */
export function wake(ticket: Ticket, nowIso: string): Updated | null {
  if (ticket.snoozedUntil === null || ticket.snoozedUntil > nowIso) return null;
  return revised(ticket, { ...ticket, snoozedUntil: null }, nowIso);
}

/**
 * The ticket closed, when it has been resolved for as many days as the workspace lets it; null when it has not. With 0
 * days resolved tickets stay as they are.
 */
export function closeAfter(ticket: Ticket, days: number, nowIso: string): Updated | null {
  if (ticket.status !== 'RESOLVED' || ticket.resolvedAt === null || days <= 0) return null;
  if (statusFault(ticket, 'CLOSED', 'SYSTEM') !== null) return null;
  if (Date.parse(ticket.resolvedAt) + days * millisecondsPerDay > Date.parse(nowIso)) return null;
  return revised(ticket, enter(ticket, 'CLOSED', nowIso), nowIso);
}
