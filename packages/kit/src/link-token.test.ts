import { expect, test } from '@jest/globals';
import { createHmac, hkdfSync } from 'node:crypto';
import { FileTokens } from './file-link.ts';
import { internalTokenVerifier, signInternalToken } from './internal-token.ts';
import { newId } from './ids.ts';
import { RatingTokens, ratingLinkSeconds } from './link-token.ts';

const key = 'a key of at least thirty-two characters';
const tokens = new RatingTokens(key);
const subject = { workspaceId: newId(), ticketId: newId(), customerId: newId() };
const now = Date.parse('2026-11-22T12:00:00Z');

test('says until its end whose it is and which ticket is meant', () => {
  const token = tokens.sign(subject, now);
  const expiresAt = now / 1_000 + ratingLinkSeconds;

  expect(tokens.read(token, now)).toEqual({ ...subject, expiresAt });
  expect(tokens.read(token, expiresAt * 1_000 - 1)).not.toBeNull();
  expect(tokens.read(token, expiresAt * 1_000)).toBeNull();
});

test('the link leads to the page of the gateway', () => {
  const link = new URL(tokens.link(subject, 'https://help.example.com/desk/', now));

  expect([link.pathname, tokens.read(link.searchParams.get('token') ?? '', now)]).toMatchObject([
    '/desk/rate',
    subject,
  ]);
});

test.each([
  ['nothing', ''],
  ['no token', 'hello'],
  ['a token without signature', `${tokens.sign(subject, now).split('.')[0]}.`],
  ['a token of three parts', `${tokens.sign(subject, now)}.x`],
  ['a token of another key', new RatingTokens(`${key}!`).sign(subject, now)],
  [
    'an internal token',
    signInternalToken(
      key,
      { workspaceId: subject.workspaceId, role: 'ADMIN', subject: 'x', generation: null },
      now,
    ),
  ],
  ['a token that is too long', `${'a'.repeat(2_000)}.b`],
])('refuses %s', (_what, token) => {
  expect(tokens.read(token, now)).toBeNull();
});

test('refuses a token whose body was changed, and one of another purpose', () => {
  const [body = '', signature = ''] = tokens.sign(subject, now).split('.');
  const claims = JSON.parse(Buffer.from(body, 'base64url').toString('utf8')) as object;
  const changed = Buffer.from(JSON.stringify({ ...claims, t: newId() })).toString('base64url');
  const other = Buffer.from(JSON.stringify({ ...claims, p: 'erase' })).toString('base64url');
  const signed = createHmac(
    'sha256',
    Buffer.from(hkdfSync('sha256', key, '', 'smart-tickets customer links', 32)),
  );

  expect(tokens.read(`${changed}.${signature}`, now)).toBeNull();
  expect(tokens.read(`${other}.${signed.update(other).digest('base64url')}`, now)).toBeNull();
});

test('passes for no other token of the system', () => {
  const token = tokens.sign(subject, now);

  expect(internalTokenVerifier(key)(token, now)).toBeNull();
  expect(new FileTokens(key).read(token, now)).toBeNull();
});
