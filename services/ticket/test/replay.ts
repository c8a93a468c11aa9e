import type { TicketEvent } from '@smart-tickets/contracts';
import { expect } from '@jest/globals';
import { watchedFields, type Ticket } from '../src/domain/ticket.ts';

/** What a test checks of one event beside what holds of all. */
export type StepCheck = (before: Ticket, event: TicketEvent) => void;

/**
 * The row that a ticket's events lead to: each must bear the version after the one before it, and tell what differs, and how that
 * was before.
 */
export function replay(events: readonly TicketEvent[], check: StepCheck = () => undefined): Ticket {
  const [opened, ...later] = events;
  if (opened === undefined) throw new Error('a ticket without events');
  let state = opened.ticket;
  expect([opened.kind, state.version, opened.changed]).toEqual(['TICKET_CREATED', 1, []]);
  for (const event of later) {
    const { ticket: after, changed, before } = event;
    const fields = watchedFields.filter((field) => changed.includes(field));
    expect(fields).toEqual(changed);
    expect(before).toEqual(Object.fromEntries(fields.map((field) => [field, state[field]])));
    const set = Object.fromEntries(fields.map((field) => [field, after[field]]));
    expect(after).toEqual({ ...state, ...set, version: state.version + 1, updatedAt: after.updatedAt });
    expect(after.updatedAt >= state.updatedAt && after.updatedAt === event.at).toBe(true);
    check(state, event);
    state = after;
  }
  return state;
}
