import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';

/** What a customer's link is about. */
export interface RatingSubject {
  readonly workspaceId: string;
  readonly ticketId: string;
  readonly customerId: string;
}

/** A link as it was signed; `expiresAt` in seconds since 1970. */
export interface RatingClaims extends RatingSubject {
  readonly expiresAt: number;
}

/** How long a link for rating is good for, in seconds: 90 days. */
export const ratingLinkSeconds = 90 * 86_400;

const longestToken = 1_000;

const claimsSchema = z
  .object({ w: z.uuid(), t: z.uuid(), c: z.uuid(), p: z.literal('rate'), e: z.int() })
  .transform((claims): RatingClaims => ({
    workspaceId: claims.w,
    ticketId: claims.t,
    customerId: claims.c,
    expiresAt: claims.e,
  }));

/**
 * The tokens of the links by which customers rate an answer: whoever has one is that customer, for that ticket and that
 * purpose, and has no other right. Signed with a key of their own that is made of the internal token key, so that no
 * internal token and no file link can pass for one, nor the other way round.
 */
export class RatingTokens {
  #key: Buffer;

  constructor(internalTokenKey: string) {
    this.#key = Buffer.from(hkdfSync('sha256', internalTokenKey, '', 'smart-tickets customer links', 32));
  }

  /** A token for one ticket of one customer, good for 90 days. */
  sign({ workspaceId: w, ticketId: t, customerId: c }: RatingSubject, nowMs: number): string {
    const e = Math.floor(nowMs / 1_000) + ratingLinkSeconds;
    const body = Buffer.from(JSON.stringify({ w, t, c, p: 'rate', e })).toString('base64url');
    return `${body}.${this.#signature(body).toString('base64url')}`;
  }

  /** Where the customer rates: a page of the gateway, which is reached from outside at `publicUrl`. */
  link(subject: RatingSubject, publicUrl: string, nowMs: number): string {
    return `${publicUrl.replace(/\/+$/, '')}/rate?token=${this.sign(subject, nowMs)}`;
  }

  /** What a token is about, or null when it is forged, damaged, of another purpose, or has ended. */
  read(token: string, nowMs: number): RatingClaims | null {
    if (token.length > longestToken) return null;
    const [body, sent, ...rest] = token.split('.');
    if (body === undefined || sent === undefined || rest.length > 0) return null;
    const expected = this.#signature(body);
    const given = Buffer.from(sent, 'base64url');
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) return null;
    let claims: RatingClaims;
    try {
      claims = claimsSchema.parse(JSON.parse(Buffer.from(body, 'base64url').toString('utf8')));
    } catch {
      return null;
    }
    return claims.expiresAt > nowMs / 1_000 ? claims : null;
  }

  #signature(body: string): Buffer {
    return createHmac('sha256', this.#key).update(body).digest();
  }
}
