import { calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK, SignJWT, type JWK } from 'jose';
import { randomBytes, randomUUIDv7 } from 'node:crypto';
import path from 'node:path';
import { readOrMake, writeWhole } from './data-dir.ts';
import { firstPassword, type Seed } from './seed.ts';

/** What this system and nobody else knows. Made at the first start, kept in secrets.json. */
export interface Secrets {
  readonly internalTokenKey: string;
  readonly databasePassword: string;
  /** Keeps this system's queues apart from others' on the same Redis. */
  readonly queueNamespace: string;
  /** Subject of the viewer token; a viewer is nobody's account. */
  readonly viewerId: string;
  /** Private Ed25519 key that signs the tokens, with its `kid`. */
  readonly signingKey: JWK;
}

/** Names that the tokens carry as `iss` and `aud`. */
export const tokenIssuer = 'smart-tickets';
export const tokenAudience = 'smart-tickets';

const personLifetime = '30 days';
const channelLifetime = '10 years';

/** The system's secrets, made at the first call; also writes the public half of the signing key to jwks.json. */
export async function openSecrets(dataDir: string): Promise<Secrets> {
  const secrets = await readOrMake<Secrets>(path.join(dataDir, 'secrets.json'), 0o600, makeSecrets);
  const { kty, crv, x, kid } = secrets.signingKey;
  const publicKey = { kty, crv, x, kid, alg: 'EdDSA', use: 'sig' };
  writeWhole(path.join(dataDir, 'jwks.json'), `${JSON.stringify({ keys: [publicKey] }, null, 2)}\n`, 0o644);
  return secrets;
}

async function makeSecrets(): Promise<Secrets> {
  const { privateKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
  const jwk = await exportJWK(privateKey);
  return {
    internalTokenKey: randomBytes(32).toString('hex'),
    databasePassword: randomBytes(24).toString('hex'),
    queueNamespace: `smart-tickets-${randomBytes(4).toString('hex')}`,
    viewerId: randomUUIDv7(),
    signingKey: { ...jwk, kid: await calculateJwkThumbprint(jwk) },
  };
}

/** Tokens for trying the system out, by what they are for. */
export interface Tokens {
  readonly admin: string;
  readonly agent: string;
  readonly viewer: string;
  /** One for each seeded channel, by its kind. */
  readonly channels: Readonly<Record<string, string>>;
  /** What the seeded people sign in with until they change it, by mail address. */
  readonly passwords: Readonly<Record<string, string>>;
}

/** Signs tokens for the seeded people and channels, as of now, and writes them to tokens.json. */
export async function writeTokens(dataDir: string, secrets: Secrets, seed: Seed): Promise<Tokens> {
  const key = await importJWK(secrets.signingKey, 'EdDSA');
  const sign = (claims: { role: string; sub: string; gen?: number }, lifetime: string): Promise<string> =>
    new SignJWT({ ws: seed.workspace.id, ...claims })
      .setProtectedHeader({
        alg: 'EdDSA',
        ...(secrets.signingKey.kid === undefined ? {} : { kid: secrets.signingKey.kid }),
      })
      .setIssuer(tokenIssuer)
      .setAudience(tokenAudience)
      .setIssuedAt()
      .setExpirationTime(lifetime)
      .sign(key);
  const person = (role: 'ADMIN' | 'AGENT'): Promise<string> => {
    const agent = seed.agents.find((candidate) => candidate.role === role);
    if (agent === undefined) throw new Error(`the seed has no ${role}`);
    return sign({ role, sub: agent.id }, personLifetime);
  };
  const channels = await Promise.all(
    seed.channels.map(async ({ id, kind, tokenGeneration }) => [
      kind,
      await sign({ role: 'CONNECTOR', sub: id, gen: tokenGeneration }, channelLifetime),
    ]),
  );
  const tokens: Tokens = {
    admin: await person('ADMIN'),
    agent: await person('AGENT'),
    viewer: await sign({ role: 'VIEWER', sub: secrets.viewerId }, personLifetime),
    channels: Object.fromEntries(channels) as Record<string, string>,
    passwords: Object.fromEntries(
      seed.agents.map(({ id, email }) => [email, firstPassword(secrets.internalTokenKey, id)]),
    ),
  };
  writeWhole(path.join(dataDir, 'tokens.json'), `${JSON.stringify(tokens, null, 2)}\n`, 0o600);
  return tokens;
}
