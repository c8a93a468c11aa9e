import { describe, expect, test } from '@jest/globals';
import { findThread, threadKeysOf, type Pointers, type ThreadCandidate } from './threading.ts';
import type { Ticket } from './ticket.ts';

function candidate(key: string, id: string, kind: ThreadCandidate['kind'] = 'OWN'): ThreadCandidate {
  return { key, kind, ticket: { id } as Ticket };
}
const thread = ({
  tokens = [],
  ...parts
}: Partial<Pointers['thread'] & Pick<Pointers, 'tokens'>>): Pointers => ({
  thread: { own: 'mid:me', inReplyTo: [], references: [], conversation: null, ...parts },
  tokens,
});

describe('finding the thread of a message', () => {
  test.each([
    ['nothing known', thread({ inReplyTo: ['mid:x'] }), [], null],
    [
      'In-Reply-To before References',
      thread({ inReplyTo: ['mid:a'], references: ['mid:b'] }),
      [candidate('mid:a', 'A'), candidate('mid:b', 'B')],
      ['A', 'IN_REPLY_TO'],
    ],
    [
      'the newest reference first',
      thread({ references: ['mid:old', 'mid:new'] }),
      [candidate('mid:old', 'O'), candidate('mid:new', 'N')],
      ['N', 'REFERENCES'],
    ],
    [
      'own id only in References (freescout#4020)',
      thread({ inReplyTo: ['mid:foreign'], references: ['mid:a', 'mid:foreign'] }),
      [candidate('mid:a', 'A')],
      ['A', 'REFERENCES'],
    ],
    [
      'a shared ancestor that never came (zammad#5716)',
      thread({ references: ['mid:ancestor'] }),
      [candidate('mid:ancestor', 'A', 'NAMED')],
      ['A', 'ANSWERED_EARLIER'],
    ],
    [
      'the mark of a mail program that an earlier mail bears too',
      thread({ references: ['mark:outlook:1'] }),
      [candidate('mark:outlook:1', 'A', 'NAMED')],
      ['A', 'ANSWERED_EARLIER'],
    ],
    [
      'an id of an unknown mail that another named before such a mark',
      thread({ references: ['mark:outlook:1', 'mid:x'] }),
      [candidate('mark:outlook:1', 'A', 'NAMED'), candidate('mid:x', 'B', 'NAMED')],
      ['B', 'ANSWERED_EARLIER'],
    ],
    [
      'a mail that was answered before it came',
      thread({}),
      [candidate('mid:me', 'A', 'NAMED')],
      ['A', 'ANSWERED_EARLIER'],
    ],
    [
      'a known reference before an unknown mail that others named too',
      thread({ inReplyTo: ['mid:never'], references: ['mid:a', 'mid:never'] }),
      [candidate('mid:never', 'N', 'NAMED'), candidate('mid:a', 'A')],
      ['A', 'REFERENCES'],
    ],
    ['another mail of the same id', thread({}), [candidate('mid:me', 'A', 'OWN')], null],
    [
      'the channel’s conversation',
      thread({ own: null, conversation: 'conv:c:1' }),
      [candidate('conv:c:1', 'A')],
      ['A', 'CONVERSATION'],
    ],
    [
      'the token of an answer before In-Reply-To',
      thread({ inReplyTo: ['mid:b'], tokens: ['out:a'] }),
      [candidate('mid:b', 'B'), candidate('out:a', 'A')],
      ['A', 'TOKEN'],
    ],
    [
      'the number in the subject where nothing else is known',
      thread({ inReplyTo: ['mid:x'] }),
      [candidate('#17', 'A', 'NUMBER')],
      ['A', 'SUBJECT'],
    ],
    [
      'a mail that others named before the number in the subject',
      thread({ references: ['mid:b'] }),
      [candidate('#17', 'A', 'NUMBER'), candidate('mid:b', 'B', 'NAMED')],
      ['B', 'ANSWERED_EARLIER'],
    ],
  ] as const)('%s', (_name, message, candidates, expected) => {
    const match = findThread(message, candidates);

    expect(match === null ? null : [match.ticket.id, match.reason]).toEqual(expected);
  });

  test('looks at the newest twenty references and at each key once', () => {
    const references = Array.from({ length: 25 }, (_, index) => `mid:${index}`);

    const keys = threadKeysOf(thread({ inReplyTo: ['mid:24'], references }).thread);

    expect(keys).toHaveLength(21);
    expect(keys.slice(0, 2)).toEqual(['mid:24', 'mid:23']);
    expect(keys).not.toContain('mid:4');
    expect(keys).toContain('mid:5');
  });
});
