import { expect, test } from '@jest/globals';
import { HashingBusy, PasswordHasher } from './password-hashing.ts';

test('a password is known by its hash, which is another each time', async () => {
  const hasher = new PasswordHasher();
  const [first, second] = await Promise.all([hasher.hash('a password'), hasher.hash('a password')]);

  expect(first).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[\w+/]{22}\$[\w+/]{43}$/);
  expect(second).not.toBe(first);
  expect(await hasher.verify('a password', first)).toBe(true);
  expect(await hasher.verify('a passwort', first)).toBe(false);
});

test('a hash that other software has made is understood', async () => {
  // Source: the reference implementation's own tests (phc-winner-argon2, src/test.c).
  const hash = '$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4';

  expect(await new PasswordHasher().verify('password', hash)).toBe(true);
});

test.each([null, '', 'plain', '$argon2i$v=19$m=8,t=1,p=1$AAAAAAAA$AAAA'])(
  'nobody’s password is never right (%s)',
  async (hash) => {
    const hasher = new PasswordHasher();

    expect([await hasher.verify('', hash), await hasher.verify('plain', hash)]).toEqual([false, false]);
  },
);

test('two are at work and sixteen wait; one more is turned away, and afterwards all is as before', async () => {
  const hasher = new PasswordHasher();
  const work = Array.from({ length: 19 }, () => hasher.verify('x', null));

  const outcomes = await Promise.allSettled(work);

  const faults = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []));
  expect(faults).toEqual([expect.any(HashingBusy)]);
  expect(await hasher.verify('x', null)).toBe(false);
}, 60_000);
