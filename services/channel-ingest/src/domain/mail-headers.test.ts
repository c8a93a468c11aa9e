import { describe, expect, test } from '@jest/globals';
import { mailThread, type MailHeaders } from './mail-thread.ts';

const headers = (entries: Record<string, string>): MailHeaders =>
  new Map(Object.entries(entries).map(([name, value]) => [name, [value]]));

describe('the thread of a mail', () => {
  test.each([
    [
      'plain ids',
      { 'message-id': '<a@x>', 'in-reply-to': '<b@x>', references: '<c@x> <b@x>' },
      ['a@x', ['b@x'], ['c@x', 'b@x']],
    ],
    ['an id without brackets', { 'message-id': 'a@x' }, ['a@x', [], []]],
    ['no id', {}, [null, [], []]],
    [
      'a phrase with an address and an id',
      { 'message-id': '<a@x>', 'in-reply-to': 'Message from Joe <joe@example.com> of "Mon" <20020901.1@x>' },
      ['a@x', ['20020901.1@x'], []],
    ],
    [
      'an address of the mail itself',
      { 'message-id': '<a@x>', 'in-reply-to': '<ada1@example.org>' },
      ['a@x', [], []],
    ],
    [
      'its own id among the references',
      { 'message-id': '<a@x>', references: '<a@x> <b@x>' },
      ['a@x', [], ['b@x']],
    ],
    ['an id with blanks is none', { 'message-id': 'not an id' }, [null, [], []]],
  ])('%s', (_name, entries, [own, inReplyTo, references]) => {
    const key = (id: string): string => `mid:${id}`;

    expect(
      mailThread(headers(entries as unknown as Record<string, string>), new Set(['ada1@example.org'])),
    ).toEqual({
      own: own === null ? null : key(own as string),
      inReplyTo: (inReplyTo as string[]).map(key),
      references: (references as string[]).map(key),
      conversation: null,
    });
  });
});
