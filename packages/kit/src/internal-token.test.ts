import { describe, expect, test } from '@jest/globals';
import { internalTokenVerifier, signInternalToken, type Viewer } from './internal-token.ts';

const key = 'a key of at least thirty-two characters';
const verify = internalTokenVerifier(key);
const now = Date.UTC(2026, 0, 1);
const viewer: Viewer = {
  workspaceId: '01a20450-0000-7000-8000-000000000001',
  role: 'CONNECTOR',
  subject: 'channel',
  generation: 3,
};

/** A token with other claims under a signature of the right key. */
function altered(change: (claims: Record<string, unknown>) => void): string {
  const claims = JSON.parse(
    Buffer.from(signInternalToken(key, viewer, now).split('.')[0] ?? '', 'base64url').toString('utf8'),
  ) as Record<string, unknown>;
  change(claims);
  return Buffer.from(JSON.stringify(claims)).toString('base64url');
}

describe('the internal token', () => {
  test('gives back the viewer it was signed for', () => {
    expect(verify(signInternalToken(key, viewer, now), now)).toEqual(viewer);
  });

  test.each([
    ['at its end', 65_000, true],
    ['a second after its end', 66_000, false],
  ])('%s', (_name, laterMs, valid) => {
    const token = signInternalToken(key, viewer, now);
    verify(token, now);

    expect(verify(token, now + laterMs) !== null).toBe(valid);
    expect(internalTokenVerifier(key)(token, now + laterMs) !== null).toBe(valid);
  });

  test.each([
    ['nothing', undefined],
    ['an empty string', ''],
    ['no signature', signInternalToken(key, viewer, now).split('.')[0]],
    ['another key', signInternalToken(`${key}!`, viewer, now)],
    ['a third part', `${signInternalToken(key, viewer, now)}.x`],
    [
      'other claims under the old signature',
      `${altered((claims) => (claims['role'] = 'ADMIN'))}.${signInternalToken(key, viewer, now).split('.')[1] ?? ''}`,
    ],
    ['three thousand characters', 'x'.repeat(3_000)],
  ])('is refused with %s', (_name, token) => {
    expect(verify(token, now)).toBeNull();
  });

  test('is refused with any of its characters changed', () => {
    const token = signInternalToken(key, viewer, now);
    const accepted = [...Array(token.length).keys()].filter((index) => {
      const other = token[index] === 'A' ? 'B' : 'A';
      const changed = token.slice(0, index) + other + token.slice(index + 1);
      // The last character of the signature carries bits that base64url does not use.
      return index < token.length - 1 && verify(changed, now) !== null;
    });

    expect(accepted).toEqual([]);
  });
});
