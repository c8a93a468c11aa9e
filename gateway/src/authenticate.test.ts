import { beforeAll, describe, expect, test } from '@jest/globals';
import { ChannelTokens, channelTokenSeconds } from '@smart-tickets/kit/channel-token';
import { ratingLinkSeconds, RatingTokens } from '@smart-tickets/kit/link-token';
import {
  createLocalJWKSet,
  createRemoteJWKSet,
  exportJWK,
  exportSPKI,
  generateKeyPair,
  SignJWT,
  type JWTVerifyGetKey,
} from 'jose';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAuthenticate, type Authenticate } from './authenticate.ts';
import { audience, createTestIssuer, issuer, workspaceId, type TestIssuer } from './testing/tokens.ts';

let testIssuer: TestIssuer;
let authenticate: Authenticate;
beforeAll(async () => {
  testIssuer = await createTestIssuer();
  authenticate = createAuthenticate({ keys: testIssuer.keys, issuer, audience });
});

const base64 = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const agent = { workspaceId, role: 'AGENT', subject: 'agent-1', generation: null };

test('knows the viewer and the end of a valid token', async () => {
  const result = await authenticate(`Bearer ${await testIssuer.token()}`);

  expect(result).toMatchObject({ ok: true, value: { viewer: agent } });
  expect(result.ok && result.value.expiresAtMs % 1000).toBe(0);
});

test('takes the generation from connectors only', async () => {
  const connector = await authenticate(
    `Bearer ${await testIssuer.token({ role: 'CONNECTOR', sub: 'channel-1', gen: 3 })}`,
  );
  const admin = await authenticate(`bearer ${await testIssuer.token({ role: 'ADMIN', gen: 3 })}`);

  expect(connector).toMatchObject({
    value: { viewer: { role: 'CONNECTOR', subject: 'channel-1', generation: 3 } },
  });
  expect(admin).toMatchObject({ value: { viewer: { role: 'ADMIN', generation: null } } });
});

test("takes the token of a customer's link until it ends, where its key is given, and from no issuer", async () => {
  const ratingTokens = new RatingTokens('a key of at least thirty-two characters');
  const subject = { workspaceId, ticketId: workspaceId, customerId: '0198f3a2-0000-7000-8000-000000000009' };
  const signedAt = Date.parse('2026-11-22T12:00:00Z');
  const endsAt = signedAt + ratingLinkSeconds * 1_000;
  const token = `Bearer ${ratingTokens.sign(subject, signedAt)}`;
  const at = (nowMs: number): Authenticate =>
    createAuthenticate({ keys: testIssuer.keys, issuer, audience, ratingTokens, now: () => nowMs });

  expect(await at(endsAt - 1)(token)).toEqual({
    ok: true,
    value: {
      viewer: { workspaceId, role: 'CUSTOMER', subject: subject.customerId, generation: null },
      expiresAtMs: endsAt,
    },
  });
  expect(await at(endsAt)(token)).toEqual({ ok: false, error: 'BAD_TOKEN' });
  expect(await authenticate(token)).toEqual({ ok: false, error: 'BAD_TOKEN' });
  const account = await testIssuer.token({ role: 'CUSTOMER', sub: subject.customerId });
  expect(await at(Date.now())(`Bearer ${account}`)).toEqual({ ok: false, error: 'BAD_TOKEN' });
});

test('takes the token that the intake gave a connector, where its key is given, and asks nobody else about it', async () => {
  const channelTokens = new ChannelTokens('a key of at least thirty-two characters');
  const channelId = '0198f3a2-0000-7000-8000-000000000007';
  const signedAt = Math.floor(Date.now() / 1_000) * 1_000;
  const token = channelTokens.sign({ workspaceId, channelId, generation: 2 }, signedAt);
  const unreachable = (): never => {
    throw new Error('the key set was asked');
  };
  const check = createAuthenticate({ keys: unreachable, issuer, audience, channelTokens });
  const [header = '', body = '', signature = ''] = token.split('.');
  const forged = Buffer.from(body, 'base64url').toString('utf8').replace('"gen":2', '"gen":3');

  expect(await check(`Bearer ${token}`)).toEqual({
    ok: true,
    value: {
      viewer: { workspaceId, role: 'CONNECTOR', subject: channelId, generation: 2 },
      expiresAtMs: signedAt + channelTokenSeconds * 1_000,
    },
  });
  for (const bad of [
    `${header}.${Buffer.from(forged).toString('base64url')}.${signature}`,
    `${header}.${body}.`,
    new ChannelTokens('another key of thirty-two characters').sign(
      { workspaceId, channelId, generation: 2 },
      signedAt,
    ),
  ]) {
    expect(await check(`Bearer ${bad}`)).toEqual({ ok: false, error: 'BAD_TOKEN' });
  }
  expect(await authenticate(`Bearer ${token}`)).toEqual({ ok: false, error: 'BAD_TOKEN' });
});

describe('fault 29: refuses', () => {
  const cases: readonly (readonly [string, () => Promise<unknown>, string])[] = [
    ['nothing', () => Promise.resolve(undefined), 'NO_TOKEN'],
    ['an empty header', () => Promise.resolve(''), 'NO_TOKEN'],
    ['another scheme', () => Promise.resolve('Basic YTpi'), 'BAD_TOKEN'],
    ['what is no token', () => Promise.resolve('Bearer abc'), 'BAD_TOKEN'],
    ['a token that is expired', () => testIssuer.token({ expiresIn: -61 }), 'BAD_TOKEN'],
    ['another audience', () => testIssuer.token({ audience: 'billing' }), 'BAD_TOKEN'],
    ['another issuer', () => testIssuer.token({ issuer: 'https://evil.test' }), 'BAD_TOKEN'],
    ['a token without a workspace', () => testIssuer.token({ ws: null }), 'BAD_TOKEN'],
    ['a workspace that is no id', () => testIssuer.token({ ws: 'all' }), 'BAD_TOKEN'],
    ['an unknown role', () => testIssuer.token({ role: 'ROOT' }), 'BAD_TOKEN'],
    ['a connector without a generation', () => testIssuer.token({ role: 'CONNECTOR' }), 'BAD_TOKEN'],
    ["someone else's key", async () => (await createTestIssuer()).token(), 'BAD_TOKEN'],
    [
      'an unsigned token',
      async () => {
        const [, claims] = (await testIssuer.token()).split('.');
        return `${base64({ alg: 'none' })}.${claims}.`;
      },
      'BAD_TOKEN',
    ],
    [
      'changed claims',
      async () => {
        const [header, , signature] = (await testIssuer.token()).split('.');
        return `${header}.${base64({ ws: workspaceId, role: 'ADMIN', sub: 'x', exp: 9e9 })}.${signature}`;
      },
      'BAD_TOKEN',
    ],
  ];

  test.each(cases)('%s', async (_name, make, error) => {
    const value = await make();
    const header =
      typeof value === 'string' && /^[\w-]+\.[\w-]+\.[\w-]*$/.test(value) ? `Bearer ${value}` : value;

    expect(await authenticate(header)).toEqual({ ok: false, error });
  });

  test('an HMAC made with the text of the public RSA key', async () => {
    const { publicKey, privateKey } = await generateKeyPair('RS256', { extractable: true });
    const keys = createLocalJWKSet({ keys: [{ ...(await exportJWK(publicKey)), kid: 'rsa' }] });
    const check = createAuthenticate({ keys, issuer, audience });
    const sign = (alg: string, key: CryptoKey | Uint8Array): Promise<string> =>
      new SignJWT({ ws: workspaceId, role: 'ADMIN' })
        .setProtectedHeader({ alg, kid: 'rsa' })
        .setIssuer(issuer)
        .setAudience(audience)
        .setSubject('agent-1')
        .setExpirationTime('5m')
        .sign(key);
    const honest = await sign('RS256', privateKey);
    const swapped = await sign('HS256', new TextEncoder().encode(await exportSPKI(publicKey)));

    expect(await check(`Bearer ${honest}`)).toMatchObject({ ok: true });
    expect(await check(`Bearer ${swapped}`)).toEqual({ ok: false, error: 'BAD_TOKEN' });
  });

  test.each<[string, (own: object) => Record<string, unknown>]>([
    ['a path for a key', () => ({ kid: '../../../../dev/null' })],
    ['the id of a key for a key', () => ({ kid: 'one' })],
    ['no id of a key', () => ({})],
    ['a key that it brings along', (own) => ({ kid: 'one', jwk: own })],
    ['an address of a key', () => ({ kid: 'one', jku: 'https://evil.test/keys', x5u: 'https://evil.test/' })],
    ['what must be understood and is not', () => ({ kid: 'one', crit: ['own'], own: 1 })],
  ])('a token of a stranger that has %s', async (_what, headerOf) => {
    const { publicKey, privateKey } = await generateKeyPair('EdDSA', { extractable: true });
    const header = { alg: 'EdDSA', ...headerOf({ ...(await exportJWK(publicKey)) }) };
    const claims = { ws: workspaceId, role: 'ADMIN', sub: 'x', iss: issuer, aud: audience, exp: 9e9 };
    const signed = `${base64(header)}.${base64(claims)}`;
    const signature = await crypto.subtle.sign('Ed25519', privateKey, new TextEncoder().encode(signed));

    expect(await authenticate(`Bearer ${signed}.${Buffer.from(signature).toString('base64url')}`)).toEqual({
      ok: false,
      error: 'BAD_TOKEN',
    });
  });
});

test('fault 29: allows clocks to be a minute apart', async () => {
  const token = await testIssuer.token({ expiresIn: 10 });
  const at = (seconds: number): Authenticate =>
    createAuthenticate({ keys: testIssuer.keys, issuer, audience, now: () => Date.now() + seconds * 1000 });

  expect(await at(60)(`Bearer ${token}`)).toMatchObject({ ok: true });
  expect(await at(80)(`Bearer ${token}`)).toEqual({ ok: false, error: 'BAD_TOKEN' });
});

test('verifies a token once, and again when it must have ended', async () => {
  let asked = 0;
  let nowMs = Date.now();
  const keys: JWTVerifyGetKey = (header, token) => {
    asked += 1;
    return testIssuer.keys(header, token);
  };
  const check = createAuthenticate({ keys, issuer, audience, now: () => nowMs });
  const header = `Bearer ${await testIssuer.token({ expiresIn: 30 })}`;

  await check(header);
  await check(header);
  expect(asked).toBe(1);

  nowMs += 95_000;
  expect(await check(header)).toEqual({ ok: false, error: 'BAD_TOKEN' });
});

test('fault 29: tells a key set that cannot be reached from a bad token', async () => {
  const check = createAuthenticate({
    keys: () => Promise.reject(new TypeError('fetch failed')),
    issuer,
    audience,
  });

  expect(await check(`Bearer ${await testIssuer.token()}`)).toEqual({ ok: false, error: 'KEYS_UNREACHABLE' });
});

test('takes the keys of an identity provider from its address, once for many tokens', async () => {
  const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true });
  const keySet = { keys: [{ ...(await exportJWK(publicKey)), kid: 'provider', alg: 'ES256' }] };
  let asked = 0;
  const provider = createServer((_request, response) => {
    asked += 1;
    response.setHeader('content-type', 'application/json').end(JSON.stringify(keySet));
  });
  await new Promise<void>((resolve) => provider.listen(0, '127.0.0.1', resolve));
  const { port } = provider.address() as AddressInfo;
  const keys = createRemoteJWKSet(new URL(`http://127.0.0.1:${port}/jwks`));
  const check = createAuthenticate({ keys, issuer, audience });
  const sign = (subject: string): Promise<string> =>
    new SignJWT({ ws: workspaceId, role: 'AGENT' })
      .setProtectedHeader({ alg: 'ES256', kid: 'provider' })
      .setIssuer(issuer)
      .setAudience(audience)
      .setSubject(subject)
      .setExpirationTime('5m')
      .sign(privateKey);

  try {
    for (const subject of ['agent-1', 'agent-2', 'agent-3']) {
      expect(await check(`Bearer ${await sign(subject)}`)).toMatchObject({
        ok: true,
        value: { viewer: { subject } },
      });
    }
    expect(await check(`Bearer ${await testIssuer.token()}`)).toEqual({ ok: false, error: 'BAD_TOKEN' });
    expect(asked).toBe(1);
  } finally {
    provider.close();
    provider.closeAllConnections();
  }
});
