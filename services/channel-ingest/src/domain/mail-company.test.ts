import { describe, expect, test } from '@jest/globals';
import { ownMailOf } from './automatic-mail.ts';
import { listOf, othersAmong } from './mail-company.ts';

const own = ownMailOf(['support@example.com', 'users@lists.example.com']);

test('others are whoever is no mailbox of ours, each once, in lower case, whatever token is in our address', () => {
  const addresses = [
    'Support@Example.com',
    'support+abc.def@example.com',
    'Kim@Example.org',
    'kim@example.org',
    'kim+us@example.org',
    'no address',
  ];

  expect(othersAmong(addresses, own)).toEqual(['kim@example.org', 'kim+us@example.org']);
});

describe('the list that a mail came over', () => {
  test.each([
    ['Friends <Friends.Example.org>', 'friends.example.org'],
    ['<friends.example.org>', 'friends.example.org'],
    ['friends.example.org', 'friends.example.org'],
    ['Friends of ours', null],
    ['', null],
    [`<${'a'.repeat(300)}>`, null],
    // A group whose address is a mailbox of ours: all that comes to us comes over it.
    ['Users <users.lists.example.com>', null],
  ])('%s', (value, expected) => {
    expect(listOf(new Map([['list-id', [value]]]), own)).toBe(expected);
  });

  test('is none without the header', () => {
    expect(listOf(new Map(), own)).toBeNull();
  });
});
