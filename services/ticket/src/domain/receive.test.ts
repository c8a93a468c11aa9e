import { ticketStatuses, type NormalisedMessage, type TicketStatus } from '@smart-tickets/contracts';
import { describe, expect, test } from '@jest/globals';
import { receive } from './receive.ts';
import type { Ticket } from './ticket.ts';

const now = '2026-03-02T09:00:00.000Z';
const opener = { ticketId: 'new', customerId: 'c', agentId: null };
const message = {
  messageId: 'm2',
  subject: '',
  automatic: false,
  language: 'en',
  call: null,
} as NormalisedMessage;
const ticketIn = (status: TicketStatus): Ticket =>
  ({
    id: 't1',
    status,
    assigneeId: null,
    version: 3,
    messageCount: 1,
    language: null,
    awaitingReplySince: null,
    resolvedAt: status === 'RESOLVED' ? '2026-03-01T00:00:00.000Z' : null,
  }) as Ticket;

const after: Record<TicketStatus, TicketStatus> = {
  NEW: 'NEW',
  OPEN: 'OPEN',
  PENDING: 'OPEN',
  ON_HOLD: 'OPEN',
  RESOLVED: 'OPEN',
  CLOSED: 'NEW',
  SPAM: 'SPAM',
};

describe('a message for a known ticket', () => {
  test.each(ticketStatuses)('by a person, on one that is %s', (status) => {
    const match = { ticket: ticketIn(status), reason: 'IN_REPLY_TO' as const };

    const reception = receive(message, { match, stranger: null, copy: null, filedAs: null }, opener, now);

    expect([reception.kind, reception.ticket.status]).toEqual([
      status === 'CLOSED' ? 'OPEN' : 'APPEND',
      after[status],
    ]);
    expect(reception.ticket.awaitingReplySince).toBe(status === 'SPAM' ? null : now);
  });

  test.each(ticketStatuses)('scenario 23: by a machine, changes no status of one that is %s', (status) => {
    const match = { ticket: ticketIn(status), reason: 'IN_REPLY_TO' as const };
    const thread = { match, stranger: null, copy: null, filedAs: null };

    const { kind, ticket } = receive({ ...message, automatic: true }, thread, opener, now);

    expect([kind, ticket.status, ticket.awaitingReplySince, ticket.version]).toEqual([
      'APPEND',
      status,
      null,
      4,
    ]);
  });

  test.each([
    ['EMAIL', null, 'c'],
    ['EMAIL', 'other', 'other'],
    ['INTERNAL', null, null],
    ['INTERNAL', 'other', 'other'],
  ])('on a ticket of %s whose customer is %s leaves it with %s', (channel, customerId, left) => {
    const known = { ...ticketIn('OPEN'), channel, customerId } as Ticket;
    const match = { ticket: known, reason: 'IN_REPLY_TO' as const };

    const { ticket } = receive(message, { match, stranger: null, copy: null, filedAs: null }, opener, now);

    expect(ticket.customerId).toBe(left);
  });

  test.each([
    ['a person', false, null],
    ['a machine', true, '2026-03-09T09:00:00.000Z'],
  ])('by %s, on one that sleeps', (_name, automatic, snoozedUntil) => {
    const asleep = { ...ticketIn('PENDING'), snoozedUntil: '2026-03-09T09:00:00.000Z' };
    const match = { ticket: asleep, reason: 'IN_REPLY_TO' as const };

    const { ticket } = receive(
      { ...message, automatic },
      { match, stranger: null, copy: null, filedAs: null },
      opener,
      now,
    );

    expect(ticket.snoozedUntil).toBe(snoozedUntil);
  });

  test('of a closed ticket opens a follow-up that names it', () => {
    const match = { ticket: ticketIn('CLOSED'), reason: 'IN_REPLY_TO' as const };

    const reception = receive(message, { match, stranger: null, copy: null, filedAs: null }, opener, now);

    expect(reception).toMatchObject({
      kind: 'OPEN',
      reason: 'FOLLOW_UP',
      followUpOf: 't1',
      ticket: { id: 'new', subject: '(no subject)', version: 1, messageCount: 1 },
    });
  });
});
