import { roles } from '@smart-tickets/contracts';
import type { ChannelTokens } from '@smart-tickets/kit/channel-token';
import type { Viewer } from '@smart-tickets/kit/internal-token';
import type { RatingTokens } from '@smart-tickets/kit/link-token';
import { err, ok, type Result } from '@smart-tickets/kit/result';
import { errors as joseErrors, jwtVerify, type JWTVerifyGetKey } from 'jose';
import { z } from 'zod';
import { BoundedMap } from '@smart-tickets/kit/bounded-map';
import { customerOf } from './identity.ts';

/** A caller whose token has been verified. */
export interface Identity {
  readonly viewer: Viewer;
  /** When the token ends, in milliseconds since 1970; the leeway is not in it. */
  readonly expiresAtMs: number;
}

/** NO_TOKEN and BAD_TOKEN are the caller's; KEYS_UNREACHABLE means that the key set could not be read just now. */
export type AuthenticationFault = 'NO_TOKEN' | 'BAD_TOKEN' | 'KEYS_UNREACHABLE';

/** Finds out who sent an `Authorization` value. Never throws. */
export type Authenticate = (authorization: unknown) => Promise<Result<Identity, AuthenticationFault>>;

export interface AuthenticationOptions {
  readonly keys: JWTVerifyGetKey;
  readonly issuer: string;
  readonly audience: string;
  /** For customers, who have no account: the token of a link that they were sent is taken for them. */
  readonly ratingTokens?: RatingTokens;
  /** For connectors of channels whose tokens the intake has made, beside those of the issuer. */
  readonly channelTokens?: ChannelTokens;
  readonly now?: () => number;
}

/** How far the clocks of issuer and gateway may be apart. */
export const leewaySeconds = 60;
/** A verified token is taken again unseen for at most this long, so that a key taken out of the set soon counts. */
const trustMs = 300_000;
const longestToken = 8_192;

const claimsSchema = z
  .object({
    ws: z.uuid(),
    // A customer is nobody's account: only a link speaks for one.
    role: z.enum(roles).exclude(['CUSTOMER']),
    sub: z.string().min(1).max(200),
    gen: z.int().optional(),
    exp: z.number(),
  })
  .refine((claims) => claims.role !== 'CONNECTOR' || claims.gen !== undefined, {
    message: 'a connector token carries gen',
  });

function tokenOf(authorization: unknown): string | undefined {
  if (typeof authorization !== 'string') return undefined;
  return /^Bearer +([A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*)$/i.exec(authorization.trim())?.[1];
}

/** Who a link's token speaks for, which has two parts where a JWT has three; undefined when the value is none. */
function customerIn(
  authorization: unknown,
  tokens: RatingTokens | undefined,
  nowMs: number,
): Identity | undefined {
  if (typeof authorization !== 'string') return undefined;
  const token = /^Bearer +([A-Za-z0-9_-]+\.[A-Za-z0-9_-]+)$/i.exec(authorization.trim())?.[1];
  const claims = token === undefined ? undefined : tokens?.read(token, nowMs);
  return claims == null ? undefined : { viewer: customerOf(claims), expiresAtMs: claims.expiresAt * 1000 };
}

/** Who a token of the intake speaks for: null when it is no good, undefined when it is none. */
function connectorIn(
  token: string,
  tokens: ChannelTokens | undefined,
  nowMs: number,
): Identity | null | undefined {
  if (tokens?.claims(token) !== true) return undefined;
  const claims = tokens.read(token, nowMs);
  if (claims === null) return null;
  const { workspaceId, channelId, generation, expiresAt } = claims;
  const viewer: Viewer = { workspaceId, role: 'CONNECTOR', subject: channelId, generation };
  return { viewer, expiresAtMs: expiresAt * 1000 };
}

/** Faults of the token itself; anything else is the key set's. */
function isTokenFault(error: unknown): boolean {
  if (error instanceof z.ZodError) return true;
  return (
    error instanceof joseErrors.JOSEError &&
    !(error instanceof joseErrors.JWKSTimeout) &&
    error.code !== 'ERR_JOSE_GENERIC'
  );
}

/**
 * Verifies bearer JWTs: EdDSA, ES256 or RS256 and nothing else, issuer, audience and times with 60 s leeway, and the
 * claims `ws`, `role`, `sub` and (for connectors) `gen`. Verified tokens are remembered, 10,000 at most. The token of a
 * link for customers is taken too, and that which the intake gave a connector, where their keys are given.
 */
export function createAuthenticate(options: AuthenticationOptions): Authenticate {
  const now = options.now ?? Date.now;
  const verified = new BoundedMap<string, { identity: Identity; until: number }>(10_000);

  return async (authorization) => {
    if (authorization === undefined || authorization === '') return err('NO_TOKEN');
    const customer = customerIn(authorization, options.ratingTokens, now());
    if (customer !== undefined) return ok(customer);
    const token = tokenOf(authorization);
    if (token === undefined || token.length > longestToken) return err('BAD_TOKEN');
    const connector = connectorIn(token, options.channelTokens, now());
    if (connector !== undefined) return connector === null ? err('BAD_TOKEN') : ok(connector);
    const held = verified.get(token);
    if (held !== undefined && held.until > now()) return ok(held.identity);
    try {
      const { payload } = await jwtVerify(token, options.keys, {
        algorithms: ['EdDSA', 'ES256', 'RS256'],
        issuer: options.issuer,
        audience: options.audience,
        clockTolerance: leewaySeconds,
        requiredClaims: ['exp', 'sub'],
        currentDate: new Date(now()),
      });
      const claims = claimsSchema.parse(payload);
      const identity: Identity = {
        viewer: {
          workspaceId: claims.ws,
          role: claims.role,
          subject: claims.sub,
          generation: claims.role === 'CONNECTOR' ? (claims.gen ?? null) : null,
        },
        expiresAtMs: claims.exp * 1000,
      };
      const until = Math.min(now() + trustMs, identity.expiresAtMs + leewaySeconds * 1000);
      verified.set(token, { identity, until });
      return ok(identity);
    } catch (error) {
      return err(isTokenFault(error) ? 'BAD_TOKEN' : 'KEYS_UNREACHABLE');
    }
  };
}
