import { describe, expect, test } from '@jest/globals';
import { factsOf, mergedBelow, noMessages, standingIn } from './family.ts';
import type { MessageEntry } from './timeline.ts';

/** Messages a minute apart: `i` and `o` come in and go out, capitals were written by a machine. */
function messages(said: string): MessageEntry[] {
  return said.split('').map((one, index) => {
    const direction = one.toLowerCase() === 'i' ? 'INBOUND' : 'OUTBOUND';
    return {
      id: `m${index}`,
      at: `t${index}`,
      direction,
      automatic: one !== one.toLowerCase(),
    } as MessageEntry;
  });
}

describe('what messages say', () => {
  test.each([
    // Messages, since which the customer waits, which was the first answer.
    ['i', 't0', null],
    ['iii', 't0', null],
    ['io', null, 't1'],
    ['ioii', 't2', 't1'],
    ['ioio', null, 't1'],
    ['o', null, null],
    ['oi', 't1', null],
    ['oio', null, 't2'],
    ['iO', 't0', null],
    ['ioI', null, 't1'],
    ['Iii', 't1', null],
    ['II', null, null],
  ])('%s: waiting since %s, answered first at %s', (said, waitingSince, firstRepliedAt) => {
    const lastMessageId = `m${said.length - 1}`;

    expect(factsOf(messages(said))).toEqual({
      messageCount: said.length,
      lastMessageId,
      waitingSince,
      firstRepliedAt,
    });
  });

  test('is nothing where there are none', () => {
    expect(factsOf([])).toEqual(noMessages);
  });
});

test('everything below a ticket is found, level by level, and nothing beside it', () => {
  const place = (id: string, mergedInto: string | null) => ({ id, mergedInto, heirId: mergedInto && 'r' });
  const places = [
    place('r', null),
    place('a', 'r'),
    place('b', 'a'),
    place('c', 'a'),
    place('d', 'c'),
    place('e', 'r'),
  ];

  expect(mergedBelow(places, 'a').map(({ id }) => id)).toEqual(['b', 'c', 'd']);
  expect(mergedBelow(places, 'd')).toEqual([]);
  expect(places.map(standingIn)).toEqual(['r', 'r', 'r', 'r', 'r', 'r']);
});
