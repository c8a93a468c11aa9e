import { roles, type Role } from '@smart-tickets/contracts';
import { createHmac, randomUUID, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { BoundedMap } from './bounded-map.ts';

/** Who asks, as the gateway has verified it. All that can change an answer is in here: it is also the viewer class. */
export interface Viewer {
  readonly workspaceId: string;
  readonly role: Role;
  /** The agent's id for ADMIN, AGENT and VIEWER; the channel's id for CONNECTOR; the customer's id for CUSTOMER. */
  readonly subject: string;
  /** For CONNECTOR: generation of the channel's token; only the channel's current one counts. */
  readonly generation: number | null;
}

/** Header (and graphql-ws connection parameter) that carries the internal token. */
export const internalTokenHeader = 'x-smart-tickets-viewer';
/** Header that carries the request id from the gateway inwards. */
export const requestIdHeader = 'x-request-id';

const lifetimeSeconds = 60;
const leewaySeconds = 5;

const claimsSchema = z.object({
  ws: z.uuid(),
  role: z.enum(roles),
  sub: z.string().min(1),
  gen: z.int().nullable(),
  exp: z.int(),
});

function signature(key: string, body: string): Buffer {
  return createHmac('sha256', key).update(body).digest();
}

/** A token for one viewer, valid for a minute. */
export function signInternalToken(key: string, viewer: Viewer, nowMs: number): string {
  const claims = {
    ws: viewer.workspaceId,
    role: viewer.role,
    sub: viewer.subject,
    gen: viewer.generation,
    exp: Math.floor(nowMs / 1000) + lifetimeSeconds,
  };
  const body = Buffer.from(JSON.stringify(claims)).toString('base64url');
  return `${body}.${signature(key, body).toString('base64url')}`;
}

/** What a genuine token says. */
interface Verified {
  readonly viewer: Viewer;
  /** Seconds since 1970. */
  readonly expiresAt: number;
}

const mostRemembered = 10_000;

/**
 * Verifies tokens of one key: gives the viewer, or null when a token is missing, forged, damaged or too old. Genuine ones are
 * remembered, as the gateway sends the same one for half a minute with each request of a viewer.
 */
export function internalTokenVerifier(key: string): (token: unknown, nowMs: number) => Viewer | null {
  const remembered = new BoundedMap<string, Verified>(mostRemembered);
  return (token, nowMs) => {
    if (typeof token !== 'string' || token.length > 2_000) return null;
    const known = remembered.get(token);
    if (known !== undefined) return currentOf(known, nowMs);
    const found = verified(key, token);
    if (found !== null) remembered.set(token, found);
    return currentOf(found, nowMs);
  };
}

function currentOf(found: Verified | null, nowMs: number): Viewer | null {
  return found === null || found.expiresAt + leewaySeconds < nowMs / 1000 ? null : found.viewer;
}

function verified(key: string, token: string): Verified | null {
  const [body, sent, ...rest] = token.split('.');
  if (body === undefined || sent === undefined || rest.length > 0) return null;
  const expected = signature(key, body);
  const given = Buffer.from(sent, 'base64url');
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return null;
  let claims;
  try {
    claims = claimsSchema.parse(JSON.parse(Buffer.from(body, 'base64url').toString('utf8')));
  } catch {
    return null;
  }
  const viewer = { workspaceId: claims.ws, role: claims.role, subject: claims.sub, generation: claims.gen };
  return { viewer, expiresAt: claims.exp };
}

/** The request id that came along when it is well-formed, else a new one. */
export function requestIdOf(value: unknown): string {
  return typeof value === 'string' && /^[A-Za-z0-9_-]{8,64}$/.test(value) ? value : randomUUID();
}
