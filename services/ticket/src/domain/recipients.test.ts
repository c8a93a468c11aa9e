import { channelKinds, identityKinds } from '@smart-tickets/contracts';
import { describe, expect, test } from '@jest/globals';
import type { CustomerIdentity } from './customer.ts';
import { mailAddress } from './mail-address.ts';
import { reachable, recipientsOf } from './recipients.ts';

const identity = (kind: CustomerIdentity['kind'], value: string, verified = true): CustomerIdentity => ({
  kind,
  value,
  verified,
});
const all = identityKinds.map((kind) => identity(kind, kind === 'EMAIL' ? 'a@example.org' : `of ${kind}`));

describe('the customer is reached', () => {
  test.each([
    ['EMAIL', 'EMAIL'],
    ['CHAT', 'CHAT'],
    ['PHONE', 'PHONE'],
    ['FACEBOOK', 'FACEBOOK'],
    ['TWITTER', 'TWITTER'],
    ['WEB_FORM', 'EMAIL'],
    ['INTERNAL', 'EXTERNAL'],
    ['API', 'EXTERNAL'],
  ] as const)('on %s by %s', (channel, kind) => {
    expect(reachable(channel, all)?.kind).toBe(kind);
  });

  test('by a verified address before one that was typed in, else by the first', () => {
    const typed = identity('EMAIL', 'typed@example.org', false);
    const known = identity('EMAIL', 'known@example.org');
    const other = identity('EMAIL', 'other@example.org');

    expect(reachable('EMAIL', [typed, known, other])).toBe(known);
    expect(reachable('WEB_FORM', [typed])).toBe(typed);
  });

  test('on a channel that has a conversation, without any address; never so elsewhere', () => {
    const outcomes = channelKinds.map((channel) => [channel, recipientsOf(channel, [], []).ok]);

    expect(outcomes.filter(([, ok]) => ok !== true)).toEqual([
      ['EMAIL', false],
      ['WEB_FORM', false],
      ['INTERNAL', false],
      ['API', false],
    ]);
  });

  test('on the API by mail where the customer has no id there, and then with copies', () => {
    expect(recipientsOf('API', [identity('EMAIL', 'a@example.org')], ['B@Example.org'])).toEqual({
      ok: true,
      value: { to: ['a@example.org'], cc: ['b@example.org'] },
    });
  });
});

describe('a mail address', () => {
  test.each([
    [' Kim@Example.ORG ', 'kim@example.org'],
    ['first.last+tag@mail.example.org', 'first.last+tag@mail.example.org'],
    ['root@localhost', 'root@localhost'],
    ['jürgen@bücher.example', 'jürgen@bücher.example'],
    ['भारत@उदाहरण.भारत', 'भारत@उदाहरण.भारत'],
    ["o'neill!#$%&*=?^_`{|}~@example.org", "o'neill!#$%&*=?^_`{|}~@example.org"],
    [`${'a'.repeat(242)}@example.org`, `${'a'.repeat(242)}@example.org`],
  ])('%s can be written to', (text, address) => {
    expect(mailAddress(text)).toBe(address);
  });

  test.each([
    '',
    'kim',
    '@example.org',
    'kim@',
    'a@b@c',
    'a,b@example.org',
    'a@example.org,b@example.org',
    'Kim <kim@example.org>',
    '"kim"@example.org',
    'kim@exa mple.org',
    'kim@example..org',
    'kim@-example.org',
    'kim@example.org\r\nBcc: all@example.org',
    'kim\u0000@example.org',
    '.kim@example.org',
    'kim.@example.org',
    'kim@[127.0.0.1]',
    `${'a'.repeat(243)}@example.org`,
    `${'a.'.repeat(50_000)}@example.org`,
    `a@${'-'.repeat(340)}`,
  ])('%# cannot be one', (text) => {
    expect(mailAddress(text)).toBeNull();
  });
});
