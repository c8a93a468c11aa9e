import { describe, expect, test } from '@jest/globals';
import { identitiesOf, normaliseEmail, normalisePhone } from './author.ts';

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
