import { createLocalJWKSet, exportJWK, generateKeyPair, SignJWT, type JWTVerifyGetKey } from 'jose';

export const issuer = 'https://issuer.test';
export const audience = 'smart-tickets';
export const workspaceId = '0198f3a2-0000-7000-8000-000000000001';

/** What a token of the tests says; what is left out is an agent's ordinary token for ten minutes. */
export interface TokenClaims {
  readonly ws?: string | null;
  readonly role?: string;
  readonly sub?: string;
  readonly gen?: number;
  readonly issuer?: string;
  readonly audience?: string;
  /** Seconds from now. */
  readonly expiresIn?: number;
}

/** An issuer of our own with one Ed25519 key. */
export interface TestIssuer {
  readonly keys: JWTVerifyGetKey;
  readonly publicJwk: Record<string, unknown>;
  token(claims?: TokenClaims): Promise<string>;
}

/** Makes an issuer with a fresh key. */
export async function createTestIssuer(): Promise<TestIssuer> {
  const { publicKey, privateKey } = await generateKeyPair('EdDSA', { extractable: true });
  const publicJwk = { ...(await exportJWK(publicKey)), kid: 'one', alg: 'EdDSA', use: 'sig' };
  return {
    keys: createLocalJWKSet({ keys: [publicJwk] }),
    publicJwk,
    token: (claims = {}) => {
      const now = Math.floor(Date.now() / 1000);
      const { ws = workspaceId, role = 'AGENT', sub = 'agent-1', gen } = claims;
      return new SignJWT({ role, ...(ws === null ? {} : { ws }), ...(gen === undefined ? {} : { gen }) })
        .setProtectedHeader({ alg: 'EdDSA', kid: 'one' })
        .setIssuer(claims.issuer ?? issuer)
        .setAudience(claims.audience ?? audience)
        .setSubject(sub)
        .setIssuedAt(now)
        .setExpirationTime(now + (claims.expiresIn ?? 600))
        .sign(privateKey);
    },
  };
}
