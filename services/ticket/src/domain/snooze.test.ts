import { ticketStatuses, type TicketStatus } from '@smart-tickets/contracts';
import { describe, expect, test } from '@jest/globals';
import { closeAfter, snooze, wake } from './snooze.ts';
import type { Ticket } from './ticket.ts';

const now = '2026-03-02T09:00:00.000Z';
const tomorrow = '2026-03-03T09:00:00.000Z';
const ticketIn = (status: TicketStatus, parts: Partial<Ticket> = {}): Ticket =>
  ({
    id: 't',
    status,
    version: 4,
    updatedAt: '2026-03-01T00:00:00.000Z',
    awaitingReplySince: null,
    resolvedAt: null,
    snoozedUntil: null,
    mergedIntoId: null,
    ...parts,
  }) as Ticket;

describe('snoozing', () => {
  test.each(ticketStatuses)('a ticket that is %s', (status) => {
    const result = snooze(ticketIn(status), tomorrow, now);

    const takes = status === 'NEW' || status === 'OPEN' || status === 'PENDING' || status === 'ON_HOLD';
    expect(result).toMatchObject(
      takes
        ? {
            ok: true,
            value: { ticket: { status, snoozedUntil: tomorrow, version: 5 }, changes: [{ kind: 'SNOOZED' }] },
          }
        : { ok: false, error: { code: 'NOT_ALLOWED_IN_STATUS', from: status, heirId: null } },
    );
  });

  test.each([
    ['now', now, false],
    ['a millisecond from now', '2026-03-02T09:00:00.001Z', true],
    ['in five years', '2031-03-02T09:00:00.000Z', true],
    ['a millisecond later than that', '2031-03-02T09:00:00.001Z', false],
  ])('until %s', (_name, until, allowed) => {
    expect(snooze(ticketIn('OPEN'), until, now)).toMatchObject(
      allowed ? { ok: true } : { ok: false, error: { code: 'INVALID' } },
    );
  });

  test('until the instant that is set already is no change', () => {
    const asleep = ticketIn('OPEN', { snoozedUntil: tomorrow });

    expect(snooze(asleep, tomorrow, now)).toEqual({ ok: true, value: null });
  });

  test('a merged ticket is refused with its heir', () => {
    const merged = ticketIn('CLOSED', { mergedIntoId: 'heir' });

    expect(snooze(merged, tomorrow, now)).toMatchObject({ ok: false, error: { heirId: 'heir' } });
  });
});

describe('waking', () => {
  test.each([
    ['before its time', { snoozedUntil: tomorrow }, false],
    ['at its time', { snoozedUntil: now }, true],
    ['when it is awake', { snoozedUntil: null }, false],
  ])('%s', (_name, parts, wakes) => {
    const woken = wake(ticketIn('PENDING', parts), now);

    expect(woken === null ? null : [woken.ticket.snoozedUntil, woken.changes[0]?.kind]).toEqual(
      wakes ? [null, 'WOKEN'] : null,
    );
  });
});

describe('closing by itself', () => {
  const dueAt = { resolvedAt: '2026-02-26T09:00:00.000Z' };

  test.each([
    ['after its days', 4, dueAt, true],
    ['a millisecond early', 4, { resolvedAt: '2026-02-26T09:00:00.001Z' }, false],
    ['with more days', 5, dueAt, false],
    ['with 0 days, which means never', 0, dueAt, false],
  ])('%s', (_name, days, parts, closes) => {
    const closed = closeAfter(ticketIn('RESOLVED', parts), days, now);

    expect(closed === null ? null : [closed.ticket.status, closed.ticket.resolvedAt]).toEqual(
      closes ? ['CLOSED', dueAt.resolvedAt] : null,
    );
  });

  test.each(ticketStatuses.filter((status) => status !== 'RESOLVED'))('never one that is %s', (status) => {
    expect(closeAfter(ticketIn(status, dueAt), 1, now)).toBeNull();
  });
});
