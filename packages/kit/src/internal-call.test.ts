import { expect, test } from '@jest/globals';
import { InternalCalls } from './internal-call.ts';
import { signInternalToken } from './internal-token.ts';

const key = 'k'.repeat(40);
const calls = new InternalCalls(key);
const now = 1_763_800_000_000;

test('a call is taken with the signature of its path and body only', () => {
  const signed = calls.sign('/internal/sign-in', '{"a":1}', now);

  expect(calls.isSigned(signed, '/internal/sign-in', '{"a":1}', now)).toBe(true);
  expect(calls.isSigned(signed, '/internal/sign-out', '{"a":1}', now)).toBe(false);
  expect(calls.isSigned(signed, '/internal/sign-in', '{"a":2}', now)).toBe(false);
  expect(new InternalCalls('l'.repeat(40)).isSigned(signed, '/internal/sign-in', '{"a":1}', now)).toBe(false);
});

test('a signature ends after a minute and five seconds of leeway', () => {
  const signed = calls.sign('/', '', now);

  expect(calls.isSigned(signed, '/', '', now + 65_000)).toBe(true);
  expect(calls.isSigned(signed, '/', '', now + 65_001)).toBe(false);
});

test.each([
  undefined,
  17,
  '',
  '.',
  `${now}.`,
  `${now}.AAAA`,
  'x'.repeat(201),
  signInternalToken(
    key,
    { workspaceId: '0198f3a2-0000-7000-8000-000000000001', role: 'ADMIN', subject: 'a', generation: null },
    now,
  ),
])('what nobody has signed is not taken: %s', (value) => {
  expect(calls.isSigned(value, '/', '', now)).toBe(false);
});
