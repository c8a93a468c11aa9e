import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createLogger } from '@smart-tickets/kit/logger';
import { eventually } from '@smart-tickets/testing/eventually';
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK } from 'jose';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAuthenticate, type Authenticate } from './authenticate.ts';
import { createProviderKeys } from './provider-keys.ts';
import { audience, issuer, workspaceId } from './testing/tokens.ts';

interface Key {
  readonly jwk: JWK;
  readonly privateKey: CryptoKey;
}

let provider: Server;
/** What the provider answers with; null: it fails. */
let published: readonly Key[] | null;
let asked: number;
let nowMs: number;
let authenticate: Authenticate;
let first: Key;
let second: Key;
let serial = 0;

async function newKey(kid: string): Promise<Key> {
  const { publicKey, privateKey } = await generateKeyPair('EdDSA', { extractable: true });
  return { jwk: { ...(await exportJWK(publicKey)), kid, alg: 'EdDSA', use: 'sig' }, privateKey };
}

beforeEach(async () => {
  [first, second] = [await newKey('first'), await newKey('second')];
  [published, asked, nowMs] = [[first], 0, Date.now()];
  provider = createServer((_request, response) => {
    asked += 1;
    response.statusCode = published === null ? 503 : 200;
    response.end(JSON.stringify({ keys: published?.map(({ jwk }) => jwk) }));
  });
  await new Promise<void>((resolve) => provider.listen(0, '127.0.0.1', resolve));
  const { port } = provider.address() as AddressInfo;
  const keys = createProviderKeys({
    url: new URL(`http://127.0.0.1:${port}/keys`),
    log: createLogger('gateway-test', 'silent'),
    now: () => nowMs,
  });
  authenticate = createAuthenticate({ keys, issuer, audience, now: () => nowMs });
});
afterEach(() => {
  provider.closeAllConnections();
  provider.close();
});

/** Says whether a fresh token of this key is taken, or why not. */
async function verdict({ jwk, privateKey }: Key): Promise<string> {
  serial += 1;
  const seconds = Math.floor(nowMs / 1_000);
  const token = await new SignJWT({ ws: workspaceId, role: 'AGENT', serial })
    .setProtectedHeader({ alg: 'EdDSA', kid: jwk.kid ?? '' })
    .setIssuer(issuer)
    .setAudience(audience)
    .setSubject('agent-1')
    .setExpirationTime(seconds + 600)
    .sign(privateKey);
  const result = await authenticate(`Bearer ${token}`);
  return result.ok ? 'OK' : result.error;
}

test('the keys are read once for many tokens, also for many at once', async () => {
  const verdicts = await Promise.all([verdict(first), verdict(first), verdict(first)]);

  expect([verdicts, asked]).toEqual([['OK', 'OK', 'OK'], 1]);
});

test('fault 29: a new key is found by the first token that it has signed; made-up ones do not make the gateway ask on', async () => {
  await verdict(first);
  published = [first, second];
  nowMs += 30_000;

  expect([await verdict(second), await verdict(first), asked]).toEqual(['OK', 'OK', 2]);
  for (let made = 0; made < 20; made += 1)
    expect(await verdict(await newKey(`made-up ${made}`))).toBe('BAD_TOKEN');
  expect(asked).toBe(2);
});

test('fault 29: a key that was taken out of the set ends within ten minutes', async () => {
  await verdict(first);
  published = [second];
  nowMs += 600_000;
  await verdict(first);

  await eventually(async () => (await verdict(first)) === 'BAD_TOKEN');
  expect(await verdict(second)).toBe('OK');
});

test('fault 29: while the provider is down, known keys are good for a day, and unknown ones wait', async () => {
  await verdict(first);
  published = null;
  nowMs += 86_399_999;

  expect([await verdict(first), await verdict(second)]).toEqual(['OK', 'KEYS_UNREACHABLE']);
  nowMs += 1;
  expect(await verdict(first)).toBe('KEYS_UNREACHABLE');
  published = [first];
  nowMs += 5_000;
  expect(await verdict(first)).toBe('OK');
});

test('fault 29: a provider that is down is asked once in five seconds', async () => {
  published = null;
  for (let made = 0; made < 10; made += 1) expect(await verdict(first)).toBe('KEYS_UNREACHABLE');

  expect(asked).toBe(1);
  nowMs += 5_000;
  published = [first];
  expect(await verdict(first)).toBe('OK');
});

test('a provider that answers slowly does not hold up those whose keys are known', async () => {
  await verdict(first);
  provider.removeAllListeners('request');
  nowMs += 600_000;

  expect(await verdict(first)).toBe('OK');
});
