import { describe, expect, test } from '@jest/globals';
import type { Ticket } from './ticket.ts';
import { maxSubjectLength, maxTagLength, maxTags, update as updateBy, type TicketUpdate } from './update.ts';

const now = '2026-03-02T09:00:00.000Z';
const ticket = {
  id: 't',
  subject: 'Old',
  status: 'OPEN',
  priority: 'NORMAL',
  assigneeId: null,
  teamId: null,
  tags: ['a'],
  awaitingReplySince: now,
  resolvedAt: null,
  updatedAt: now,
  fields: {},
  snoozedUntil: null,
  mergedIntoId: null,
  version: 7,
} as unknown as Ticket;

const terms = { actor: 'AGENT', fieldDefinitions: [] } as const;
const update = (old: Ticket, asked: TicketUpdate, nowIso: string) => updateBy(old, asked, terms, nowIso);

describe('updating a ticket', () => {
  test('several fields at once are one version with one change entry for each kind', () => {
    const result = update(
      ticket,
      { status: 'RESOLVED', addTags: [' VIP '], removeTags: ['a'], teamId: 't1' },
      now,
    );

    expect(result).toMatchObject({
      ok: true,
      value: {
        ticket: { status: 'RESOLVED', tags: ['vip'], version: 8, resolvedAt: now, awaitingReplySince: null },
        changes: [
          { kind: 'STATUS', before: { status: 'OPEN' }, after: { status: 'RESOLVED' } },
          { kind: 'ASSIGNMENT', before: { teamId: null }, after: { teamId: 't1' } },
          { kind: 'TAGS', before: { tags: ['a'] }, after: { tags: ['vip'] } },
        ],
      },
    });
  });

  test.each([
    ['nothing', {}],
    ['what is so already', { status: 'OPEN' as const, addTags: ['A'], subject: 'Old', assigneeId: null }],
  ])('%s is no change', (_name, asked) => {
    expect(update(ticket, asked, now)).toEqual({ ok: true, value: null });
  });

  test.each([
    ['a subject as long as allowed', { subject: 'x'.repeat(maxSubjectLength) }, true],
    ['a subject one longer', { subject: 'x'.repeat(maxSubjectLength + 1) }, false],
    ['an empty subject', { subject: '  ' }, false],
    [
      'as many tags as allowed',
      { addTags: Array.from({ length: maxTags - 1 }, (_, index) => `t${index}`) },
      true,
    ],
    ['one tag more', { addTags: Array.from({ length: maxTags }, (_, index) => `t${index}`) }, false],
    ['a tag as long as allowed', { addTags: ['x'.repeat(maxTagLength)] }, true],
    ['a tag one longer', { addTags: ['x'.repeat(maxTagLength + 1)] }, false],
  ])('%s', (_name, asked, allowed) => {
    expect(update(ticket, asked, now).ok).toBe(allowed);
  });
});
