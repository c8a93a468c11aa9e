import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';

/** For whom a channel's token speaks: its connector, while the channel's generation is still this one. */
export interface ChannelSubject {
  readonly workspaceId: string;
  readonly channelId: string;
  readonly generation: number;
}

/** A channel's token as it was signed; `expiresAt` in seconds since 1970. */
export interface ChannelClaims extends ChannelSubject {
  readonly expiresAt: number;
}

/** How long a channel's token is good for unless it is replaced, in seconds: ten years, since connectors run unattended. */
export const channelTokenSeconds = 3_652 * 86_400;

const leewaySeconds = 60;
const longestToken = 2_000;
const issuer = 'smart-tickets/channels';
const audience = 'smart-tickets';

/** The only header that is ever signed or read, so that no token can say by which algorithm it is to be verified. */
const header = Buffer.from(JSON.stringify({ alg: 'HS256', typ: 'JWT', kid: 'channel' })).toString(
  'base64url',
);

const claimsSchema = z
  .object({
    iss: z.literal(issuer),
    aud: z.literal(audience),
    ws: z.uuid(),
    role: z.literal('CONNECTOR'),
    sub: z.uuid(),
    gen: z.int().min(1),
    exp: z.int(),
  })
  .transform((claims): ChannelClaims => ({
    workspaceId: claims.ws,
    channelId: claims.sub,
    generation: claims.gen,
    expiresAt: claims.exp,
  }));

/**
 * The tokens that the intake gives connectors: JWTs signed by HMAC, with a key of their own that is made of the internal token
 * key, so that none of the other tokens can pass for one, nor the other way round. Whether the generation is still the
 * channel's is for the intake to say.
 */
export class ChannelTokens {
  #key: Buffer;

  constructor(internalTokenKey: string) {
    this.#key = Buffer.from(hkdfSync('sha256', internalTokenKey, '', 'smart-tickets channel tokens', 32));
  }

  /** A token for a channel's connector, good for ten years. */
  sign({ workspaceId: ws, channelId: sub, generation: gen }: ChannelSubject, nowMs: number): string {
    const iat = Math.floor(nowMs / 1_000);
    const claims = {
      iss: issuer,
      aud: audience,
      ws,
      role: 'CONNECTOR',
      sub,
      gen,
      iat,
      exp: iat + channelTokenSeconds,
    };
    const body = `${header}.${Buffer.from(JSON.stringify(claims)).toString('base64url')}`;
    return `${body}.${this.#signature(body).toString('base64url')}`;
  }

  /** Whether a token says that it is one of these, whoever made it: then nobody else is to be asked about it. */
  claims(token: string): boolean {
    return token.startsWith(`${header}.`);
  }

  /** What a token says, or null when it is forged, damaged, for something else, or has ended. */
  read(token: string, nowMs: number): ChannelClaims | null {
    if (token.length > longestToken || !this.claims(token)) return null;
    const [head, said, sent, ...rest] = token.split('.');
    if (head === undefined || said === undefined || sent === undefined || rest.length > 0) return null;
    const expected = this.#signature(`${head}.${said}`);
    const given = Buffer.from(sent, 'base64url');
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) return null;
    let claims: ChannelClaims;
    try {
      claims = claimsSchema.parse(JSON.parse(Buffer.from(said, 'base64url').toString('utf8')));
    } catch {
      return null;
    }
    return claims.expiresAt + leewaySeconds > nowMs / 1_000 ? claims : null;
  }

  #signature(body: string): Buffer {
    return createHmac('sha256', this.#key).update(body).digest();
  }
}
