import { describe, expect, test } from '@jest/globals';
import { heavyInterest, type Filter, type Interest } from './interests.ts';
import { compare, dueOf, type LoggedEvent } from './truth.ts';

const ticket = {
  id: 't1',
  version: 2,
  status: 'OPEN',
  priority: 'HIGH',
  channel: 'API',
  assigneeId: 'a1',
  teamId: null,
  tags: ['red', 'blue'],
};
const change = (changes: Partial<LoggedEvent> = {}): LoggedEvent => ({
  cursor: 'c1',
  kind: 'TICKET_CHANGED',
  ticket,
  old: ticket,
  ...changes,
});
const interest = (filter: Filter | null, ticketIds: readonly string[] | null = null): Interest => ({
  ...heavyInterest,
  filter,
  ticketIds,
});

describe('what is due', () => {
  test.each<[string, Interest, string[]]>([
    ['everything', interest(null), ['c1 TICKET_CHANGED t1 2']],
    ['a ticket', interest(null, ['t1']), ['c1 TICKET_CHANGED t1 2']],
    ['another ticket', interest(null, ['t2']), []],
    ['all of its tags', interest({ tags: ['red', 'blue'] }), ['c1 TICKET_CHANGED t1 2']],
    ['a tag too many', interest({ tags: ['red', 'green'] }), []],
    ['what it has not', interest({ teamId: ['x'] }), []],
    ['unassigned ones', interest({ unassigned: true }), []],
  ])('%s', (_name, asked, expected) => {
    expect(dueOf(asked, [change()])).toEqual(expected);
  });

  test('a ticket that leaves the filter is told as such, one that was made outside is not', () => {
    const left = change({ old: { ...ticket, assigneeId: 'a2' } });

    expect(dueOf(interest({ assigneeId: ['a2'] }), [left])).toEqual(['c1 TICKET_LEFT_FILTER t1 2']);
    expect(dueOf(interest({ assigneeId: ['a2'] }), [{ ...left, kind: 'TICKET_CREATED' }])).toEqual([]);
  });
});

describe('comparing', () => {
  const nothing = { missing: [], repeated: [], strange: [], inOrder: true };
  test.each<[string, string[], object]>([
    ['the same', ['a', 'b', 'c'], nothing],
    ['a gap', ['a', 'c'], { ...nothing, missing: ['b'] }],
    ['a repeat', ['a', 'b', 'b', 'c'], { ...nothing, repeated: ['b'] }],
    ['one too many', ['a', 'b', 'x', 'c'], { ...nothing, strange: ['x'] }],
    ['another order', ['b', 'a', 'c'], { ...nothing, inOrder: false }],
  ])('%s', (_name, told, expected) => {
    expect(compare(told, ['a', 'b', 'c'])).toEqual({ due: 3, ...expected });
  });
});
