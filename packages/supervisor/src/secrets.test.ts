import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createLocalJWKSet, jwtVerify, type JSONWebKeySet, type JWTPayload } from 'jose';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openSecrets, writeTokens } from './secrets.ts';
import { firstPassword, makeSeed, withPasswords } from './seed.ts';

let dataDir = '';

beforeEach(() => {
  dataDir = mkdtempSync(path.join(tmpdir(), 'smart-tickets-secrets-'));
});

afterEach(() => {
  rmSync(dataDir, { recursive: true });
});

async function verified(token: string): Promise<JWTPayload> {
  const keys = JSON.parse(readFileSync(path.join(dataDir, 'jwks.json'), 'utf8')) as JSONWebKeySet;
  const { payload } = await jwtVerify(token, createLocalJWKSet(keys), {
    issuer: 'smart-tickets',
    audience: 'smart-tickets',
    algorithms: ['EdDSA'],
  });
  return payload;
}

test('secrets are made once, and only their owner may read them', async () => {
  const first = await openSecrets(dataDir);

  const second = await openSecrets(dataDir);

  expect(second).toEqual(first);
  expect(statSync(path.join(dataDir, 'secrets.json')).mode & 0o777).toBe(0o600);
  expect(readFileSync(path.join(dataDir, 'jwks.json'), 'utf8')).not.toContain('"d"');
});

test('tokens say who they are for and verify against the written key set', async () => {
  const secrets = await openSecrets(dataDir);
  const seed = makeSeed();

  const tokens = await writeTokens(dataDir, secrets, seed);

  const [ada, ben] = seed.agents;
  const email = seed.channels.find(({ kind }) => kind === 'EMAIL');
  const ws = seed.workspace.id;
  expect(await verified(tokens.admin)).toMatchObject({ ws, role: 'ADMIN', sub: ada?.id });
  expect(await verified(tokens.agent)).toMatchObject({ ws, role: 'AGENT', sub: ben?.id });
  expect(await verified(tokens.viewer)).toMatchObject({ ws, role: 'VIEWER', sub: secrets.viewerId });
  expect(await verified(tokens.channels['EMAIL'] ?? '')).toMatchObject({
    ws,
    role: 'CONNECTOR',
    sub: email?.id,
    gen: 1,
  });
  expect(Object.keys(tokens.channels)).toEqual(seed.channels.map(({ kind }) => kind));
  expect(JSON.parse(readFileSync(path.join(dataDir, 'tokens.json'), 'utf8'))).toEqual(tokens);
  expect(statSync(path.join(dataDir, 'tokens.json')).mode & 0o777).toBe(0o600);
});

test('people’s tokens last 30 days and channels’ tokens 10 years', async () => {
  const tokens = await writeTokens(dataDir, await openSecrets(dataDir), makeSeed());

  const lifetime = async (token: string): Promise<number> => {
    const { exp = 0, iat = 0 } = await verified(token);
    return (exp - iat) / 86_400;
  };

  expect(await lifetime(tokens.admin)).toBe(30);
  expect(await lifetime(tokens.channels['CHAT'] ?? '')).toBe(3652.5);
});

test('everybody in the seed has a first password, the same at every start, of which the seed has a hash only', async () => {
  const secrets = await openSecrets(dataDir);
  const seed = makeSeed();

  const completed = await withPasswords(seed, secrets.internalTokenKey);
  const { passwords } = await writeTokens(dataDir, secrets, seed);

  expect(passwords).toEqual((await writeTokens(dataDir, secrets, completed ?? seed)).passwords);
  expect(Object.keys(passwords)).toEqual(seed.agents.map(({ email }) => email));
  expect(new Set(Object.values(passwords)).size).toBe(3);
  for (const password of Object.values(passwords)) {
    expect(password).toMatch(/^([a-km-z2-9]{5}-){3}[a-km-z2-9]{5}$/);
    expect(JSON.stringify(completed)).not.toContain(password);
  }
  expect(completed?.agents.map(({ passwordHash }) => passwordHash)).toEqual(
    Array.from({ length: 3 }, () => expect.stringMatching(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)),
  );
  expect(await withPasswords(completed ?? seed, secrets.internalTokenKey)).toBeNull();
  expect(firstPassword('another key', seed.agents[0]?.id ?? '')).not.toBe(passwords['ada@example.com']);
});
