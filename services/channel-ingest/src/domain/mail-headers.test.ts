import { describe, expect, test } from '@jest/globals';
import { isAutomatic, isDeliveryReport } from './automatic-mail.ts';
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

describe('automatic mail', () => {
  test.each([
    [{}, 'ada@example.org', false],
    [{ 'auto-submitted': 'no' }, 'ada@example.org', false],
    [{ 'auto-submitted': 'auto-replied (vacation)' }, 'ada@example.org', true],
    [{ precedence: 'bulk' }, 'ada@example.org', true],
    [{ precedence: 'first-class' }, 'ada@example.org', false],
    [{ 'list-id': '<x>' }, 'ada@example.org', true],
    [{ 'x-auto-response-suppress': 'All' }, 'ada@example.org', true],
    [{ 'return-path': '<>' }, 'ada@example.org', true],
    [{ 'return-path': '<ada@example.org>' }, 'ada@example.org', false],
    [{}, 'mailer-daemon@example.org', true],
    [{}, 'noreply@example.org', true],
  ])('%j from %s', (entries, from, expected) => {
    expect(isAutomatic(headers(entries as unknown as Record<string, string>), from)).toBe(expected);
  });

  test('a delivery report is known by its type', () => {
    const report = 'multipart/report; report-type=delivery-status; boundary=x';
    expect(isDeliveryReport(headers({ 'content-type': report }))).toBe(true);
    expect(
      isDeliveryReport(headers({ 'content-type': 'multipart/report; report-type=disposition-notification' })),
    ).toBe(false);
  });
});
