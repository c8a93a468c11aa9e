import { describe, expect, test } from '@jest/globals';
import { chooseMember, chooseTeam, reasonOf } from './decide-assignment.ts';
import type { Member } from './people.ts';

const support = { id: 's', name: 'Support' };
const billing = { id: 'b', name: 'Billing' };
const ada: Member = { agentId: 'ada', name: 'Ada', role: 'ADMIN', position: 1 };
const bob: Member = { agentId: 'bob', name: 'Bob', role: 'AGENT', position: 2 };
const vic: Member = { agentId: 'vic', name: 'Vic', role: 'VIEWER', position: 3 };

describe('the team', () => {
  test('is the one that the channel belongs to', () => {
    expect(chooseTeam([billing, support], 's')).toEqual({
      team: support,
      why: 'The channel belongs to team Support',
    });
  });

  test('is the first by name when the channel has none', () => {
    expect(chooseTeam([support, billing], null)).toEqual({
      team: billing,
      why: 'The channel has no team, so team Billing takes it as the first by name',
    });
  });

  test('is the first by name when the team of the channel is not known', () => {
    expect(chooseTeam([support, billing], 'gone')?.why).toBe(
      'The team of the channel is not known, so team Billing takes it as the first by name',
    );
  });

  test('is none in a workspace without teams', () => {
    expect(chooseTeam([], 's')).toBeNull();
  });
});

describe('the member', () => {
  test('is the first one when nobody had a turn yet', () => {
    expect(chooseMember([bob, ada], 0).member).toBe(ada);
  });

  test('is the next one after the last turn', () => {
    expect(chooseMember([ada, bob], 1).member).toBe(bob);
  });

  test('is the first one again after the last one', () => {
    expect(chooseMember([ada, bob], 2).member).toBe(ada);
  });

  test('is the next one after a place that somebody has left', () => {
    expect(chooseMember([ada, { ...bob, position: 5 }], 3).member?.agentId).toBe('bob');
  });

  test('is never one who only looks', () => {
    expect(chooseMember([ada, bob, vic], 2).member).toBe(ada);
    expect(chooseMember([vic], 0)).toEqual({ member: null, why: 'nobody in it takes tickets' });
  });
});

test('the reason is one sentence', () => {
  const team = chooseTeam([support], 's');

  expect(reasonOf(team!, chooseMember([ada, bob], 1))).toBe(
    "The channel belongs to team Support; it was Bob's turn.",
  );
  expect(reasonOf(team!, chooseMember([ada], 1))).toBe(
    'The channel belongs to team Support; Ada is alone in it.',
  );
});
