import { importJWK, SignJWT, type JWK } from 'jose';

/** Who has signed in, as the routing service says. */
export interface SignedIn {
  readonly workspaceId: string;
  readonly agentId: string;
  readonly role: 'ADMIN' | 'AGENT' | 'VIEWER';
  readonly sessionId: string;
}

/** How long a token is good for: as long, at most, as it outlives its session, its password and its agent's rights. */
export const signInTokenSeconds = 900;

export interface SignInKey {
  /** Private half of a key that stands in the gateway's own key set, by its `kid` if there are several. */
  readonly key: JWK;
  readonly issuer: string;
  readonly audience: string;
}

/** Signs a token for an agent. */
export type SignToken = (agent: SignedIn, nowMs: number) => Promise<string>;

const algorithms: Readonly<Record<string, string>> = { OKP: 'EdDSA', EC: 'ES256', RSA: 'RS256' };

/** Makes what signs the tokens of those who sign in at the gateway. Rejects when the key is not usable. */
export async function createSignToken({ key, issuer, audience }: SignInKey): Promise<SignToken> {
  const alg = algorithms[key.kty ?? ''];
  if (alg === undefined || key.d === undefined) throw new Error('SIGN_IN_KEY is not a private key (JWK)');
  const imported = await importJWK(key, alg);
  return ({ workspaceId, agentId, role, sessionId }, nowMs) => {
    const seconds = Math.floor(nowMs / 1_000);
    return new SignJWT({ ws: workspaceId, role, sid: sessionId })
      .setProtectedHeader({ alg, ...(key.kid === undefined ? {} : { kid: key.kid }) })
      .setIssuer(issuer)
      .setAudience(audience)
      .setSubject(agentId)
      .setIssuedAt(seconds)
      .setExpirationTime(seconds + signInTokenSeconds)
      .sign(imported);
  };
}
