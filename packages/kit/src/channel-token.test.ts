import { describe, expect, test } from '@jest/globals';
import { ChannelTokens, channelTokenSeconds } from './channel-token.ts';
import { newId } from './ids.ts';
import { internalTokenVerifier, signInternalToken } from './internal-token.ts';
import { RatingTokens } from './link-token.ts';

const key = 'a key of at least thirty-two characters';
const tokens = new ChannelTokens(key);
const subject = { workspaceId: newId(), channelId: newId(), generation: 3 };
const nowMs = Date.parse('2026-11-22T12:00:00Z');
const expiresAt = nowMs / 1_000 + channelTokenSeconds;

function altered(part: 0 | 1 | 2, text: string): string {
  const parts = tokens.sign(subject, nowMs).split('.');
  parts[part] = text;
  return parts.join('.');
}
const base64 = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

describe('a channel token', () => {
  test('says for which channel and generation it speaks, for ten years', () => {
    const token = tokens.sign(subject, nowMs);

    expect(tokens.read(token, nowMs)).toEqual({ ...subject, expiresAt });
    expect(tokens.read(token, (expiresAt + 59) * 1_000)).not.toBeNull();
    expect(tokens.read(token, (expiresAt + 60) * 1_000)).toBeNull();
  });

  test.each([
    ['another generation', altered(1, base64({ ws: subject.workspaceId, sub: subject.channelId, gen: 4 }))],
    ['no signature', altered(2, '')],
    ['a damaged signature', altered(2, 'AAAA')],
    ['no algorithm', altered(0, base64({ alg: 'none', typ: 'JWT' }))],
    ['another algorithm', altered(0, base64({ alg: 'EdDSA', typ: 'JWT', kid: 'channel' }))],
    ['a fourth part', `${tokens.sign(subject, nowMs)}.x`],
    ['a foreign key', new ChannelTokens(`${key}!`).sign(subject, nowMs)],
    ['too much', `${tokens.sign(subject, nowMs)}${'A'.repeat(2_000)}`],
    ['nothing', ''],
  ])('with %s is none', (_what, token) => {
    expect(tokens.read(token, nowMs)).toBeNull();
  });

  test('and the other tokens of the system do not pass for one another', () => {
    const rating = { workspaceId: newId(), ticketId: newId(), customerId: newId() };
    const viewer = { workspaceId: newId(), role: 'ADMIN', subject: newId(), generation: null } as const;

    expect(tokens.read(new RatingTokens(key).sign(rating, nowMs), nowMs)).toBeNull();
    expect(tokens.read(signInternalToken(key, viewer, nowMs), nowMs)).toBeNull();
    expect(new RatingTokens(key).read(tokens.sign(subject, nowMs), nowMs)).toBeNull();
    expect(internalTokenVerifier(key)(tokens.sign(subject, nowMs), nowMs)).toBeNull();
  });
});
