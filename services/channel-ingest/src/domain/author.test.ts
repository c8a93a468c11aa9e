import { describe, expect, test } from '@jest/globals';
import { identitiesOf, isOneOf, normaliseEmail, normalisePhone } from './author.ts';

test.each([
  [' Ada@Example.ORG ', 'ada@example.org'],
  ['ada', null],
  ['a b@example.org', null],
  ['a@b@c', null],
  [`${'x'.repeat(400)}@example.org`, null],
])('mail address %s', (given, expected) => {
  expect(normaliseEmail(given)).toBe(expected);
});

test.each([
  ['+49 (89) 1234-567', '+49891234567'],
  ['0049 89 1234567', '+49891234567'],
  ['123', null],
  ['call me', null],
])('phone number %s', (given, expected) => {
  expect(normalisePhone(given)).toBe(expected);
});

describe('identities of an author', () => {
  test('the one that the channel vouches for comes first', () => {
    const author = { email: 'a@b.c', chatVisitorId: 'v1' };

    expect(identitiesOf(author, 'CHAT')).toMatchObject({
      ok: true,
      value: [{ kind: 'CHAT' }, { kind: 'EMAIL' }],
    });
    expect(identitiesOf(author, 'WEB_FORM')).toMatchObject({
      ok: true,
      value: [{ kind: 'EMAIL' }, { kind: 'CHAT' }],
    });
  });

  test.each([
    [{ name: 'Nobody' }, 'from'],
    [{ email: 'x' }, 'email'],
    [{ phone: 'x' }, 'phone'],
  ])('%j is refused', (author, field) => {
    expect(identitiesOf(author, 'API')).toMatchObject({ ok: false, error: { field } });
  });
});

describe('a sender is one of these', () => {
  const mine = { kind: 'EMAIL', value: 'ada@example.org', verified: true } as const;
  const claim = { ...mine, verified: false } as const;
  const chat = { kind: 'CHAT', value: 'visitor', verified: true } as const;

  test.each([
    ['by an address of theirs', [chat, mine], [mine], true],
    ['not by a claim to it', [claim], [mine], false],
    ['by the claim itself', [claim], [claim], true],
    ['not by a claim beside what is verified', [chat, claim], [claim], false],
    ['not by another’s', [chat], [mine], false],
    ['not when nobody is', [mine], [], false],
  ])('%s', (_name, sender, identities, expected) => {
    expect(isOneOf(sender, identities)).toBe(expected);
  });
});
