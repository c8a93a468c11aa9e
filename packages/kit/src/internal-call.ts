import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';

/** Header that carries the signature of a call from the gateway to a service that is no operation of the graph. */
export const internalCallHeader = 'x-smart-tickets-call';

const lifetimeMs = 60_000;
const leewayMs = 5_000;

/**
 * Signatures of calls that nobody's account stands behind yet: signing in. Bound to the address and the body, good for a
 * minute, and made with a key of their own out of the internal token key: no internal token can pass for one.
 */
export class InternalCalls {
  #key: Buffer;

  constructor(internalTokenKey: string) {
    this.#key = Buffer.from(hkdfSync('sha256', internalTokenKey, '', 'smart-tickets internal calls', 32));
  }

  /** The value of the header for one call. */
  sign(path: string, body: string, nowMs: number): string {
    const until = String(nowMs + lifetimeMs);
    return `${until}.${this.#signature(until, path, body).toString('base64url')}`;
  }

  /** Whether the value was signed for this path and body, not long ago. Never throws. */
  isSigned(value: unknown, path: string, body: string, nowMs: number): boolean {
    if (typeof value !== 'string' || value.length > 200) return false;
    const [until = '', sent = '', ...rest] = value.split('.');
    if (rest.length > 0 || !/^\d{1,16}$/.test(until) || Number(until) + leewayMs < nowMs) return false;
    const expected = this.#signature(until, path, body);
    const given = Buffer.from(sent, 'base64url');
    return given.length === expected.length && timingSafeEqual(given, expected);
  }

  #signature(until: string, path: string, body: string): Buffer {
    return createHmac('sha256', this.#key).update(`${until}\n${path}\n${body}`).digest();
  }
}
