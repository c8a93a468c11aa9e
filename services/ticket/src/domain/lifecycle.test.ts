import { ticketStatuses, type TicketStatus } from '@smart-tickets/contracts';
import { describe, expect, test } from '@jest/globals';
import { enter, lifecycleActors, mayMove, statusFault, type LifecycleActor } from './lifecycle.ts';
import type { Ticket } from './ticket.ts';

const now = '2026-03-02T09:00:00.000Z';
const earlier = '2026-03-01T09:00:00.000Z';
const ticketIn = (status: TicketStatus, parts: Partial<Ticket> = {}): Ticket =>
  ({
    id: 't',
    status,
    customerId: 'c',
    channelId: 'h',
    createdAt: earlier,
    updatedAt: earlier,
    firstRepliedAt: null,
    awaitingReplySince: null,
    resolvedAt: status === 'RESOLVED' || status === 'CLOSED' ? earlier : null,
    snoozedUntil: null,
    mergedIntoId: null,
    ...parts,
  }) as Ticket;

const everyMove = ticketStatuses.flatMap((from) =>
  ticketStatuses.flatMap((to) => lifecycleActors.map((actor) => [from, to, actor] as const)),
);

/** All moves that are allowed, staying left out, as `FROM TO ACTORS`. */
const allowed = new Set(
  [
    'NEW OPEN AGENT RULE',
    'NEW PENDING AGENT RULE',
    'NEW ON_HOLD AGENT RULE',
    'NEW RESOLVED AGENT RULE',
    'NEW CLOSED AGENT RULE',
    'NEW SPAM AGENT RULE',
    'OPEN PENDING AGENT RULE',
    'OPEN ON_HOLD AGENT RULE',
    'OPEN RESOLVED AGENT RULE',
    'OPEN CLOSED AGENT RULE',
    'OPEN SPAM AGENT RULE',
    'PENDING OPEN AGENT RULE CUSTOMER SYSTEM',
    'PENDING ON_HOLD AGENT RULE',
    'PENDING RESOLVED AGENT RULE',
    'PENDING CLOSED AGENT RULE',
    'PENDING SPAM AGENT RULE',
    'ON_HOLD OPEN AGENT RULE CUSTOMER SYSTEM',
    'ON_HOLD PENDING AGENT RULE',
    'ON_HOLD RESOLVED AGENT RULE',
    'ON_HOLD CLOSED AGENT RULE',
    'ON_HOLD SPAM AGENT RULE',
    'RESOLVED OPEN AGENT RULE CUSTOMER SYSTEM',
    'RESOLVED PENDING AGENT RULE',
    'RESOLVED ON_HOLD AGENT RULE',
    'RESOLVED CLOSED AGENT RULE SYSTEM',
    'RESOLVED SPAM AGENT RULE',
    'SPAM OPEN AGENT',
    'SPAM CLOSED AGENT',
  ].flatMap((line) => {
    const [from, to, ...actors] = line.split(' ');
    return actors.map((actor) => `${from} ${to} ${actor}`);
  }),
);

describe('the lifecycle', () => {
  test.each(everyMove)('from %s to %s by %s', (from, to, actor) => {
    const expected = from === to || actor === 'MERGE' || allowed.has(`${from} ${to} ${actor}`);

    expect(mayMove(from, to, actor)).toBe(expected);
    expect(statusFault(ticketIn(from), to, actor)).toEqual(
      expected ? null : { code: 'NOT_ALLOWED_IN_STATUS', from, to, heirId: null },
    );
  });

  test.each(lifecycleActors.filter((actor) => actor !== 'MERGE'))(
    'a merged ticket takes no status by %s, and its heir is named',
    (actor: LifecycleActor) => {
      const merged = ticketIn('CLOSED', { mergedIntoId: 'heir' });

      expect(ticketStatuses.map((to) => statusFault(merged, to, actor)?.heirId)).toEqual(
        ticketStatuses.map(() => 'heir'),
      );
      expect(statusFault(merged, 'OPEN', 'MERGE')).toBeNull();
    },
  );
});

describe('entering a status', () => {
  const busy = { awaitingReplySince: earlier, snoozedUntil: '2027-01-01T00:00:00.000Z' };
  const waiting = { awaitingReplySince: earlier, resolvedAt: null };
  const over = { awaitingReplySince: null, snoozedUntil: null };

  test.each<[TicketStatus, Partial<Ticket>]>([
    ['OPEN', { ...waiting, snoozedUntil: null }],
    ['ON_HOLD', { ...waiting, snoozedUntil: busy.snoozedUntil }],
    ['RESOLVED', { ...over, resolvedAt: now }],
    ['CLOSED', { ...over, resolvedAt: now }],
    ['SPAM', { ...over, resolvedAt: null }],
  ])('%s, from PENDING', (status, expected) => {
    const ticket = ticketIn('PENDING', busy);

    expect(enter(ticket, status, now)).toEqual({ ...ticket, status, ...expected });
  });

  test.each(ticketStatuses)('%s once more changes nothing', (status) => {
    const ticket = ticketIn(status, busy);

    expect(enter(ticket, status, now)).toBe(ticket);
  });

  test('CLOSED keeps since when the ticket is solved; OPEN forgets it', () => {
    expect(enter(ticketIn('RESOLVED'), 'CLOSED', now).resolvedAt).toBe(earlier);
    expect(enter(ticketIn('RESOLVED'), 'OPEN', now).resolvedAt).toBeNull();
  });

  test('a clock that is behind solves nothing before the last change', () => {
    const ahead = ticketIn('OPEN', { updatedAt: '2026-03-02T09:00:00.001Z' });

    expect(enter(ahead, 'RESOLVED', now).resolvedAt).toBe(ahead.updatedAt);
  });

  test.each<[string, Partial<Ticket>, string | null]>([
    ['never answered, waits since it came', {}, earlier],
    ['answered before, waits for nothing', { firstRepliedAt: earlier }, null],
    ['of no customer, waits for nothing', { customerId: null }, null],
    ['opened by an agent, waits for nothing', { channelId: null }, null],
  ])('what was no spam, %s', (_name, parts, expected) => {
    expect(enter(ticketIn('SPAM', parts), 'OPEN', now).awaitingReplySince).toBe(expected);
  });
});
