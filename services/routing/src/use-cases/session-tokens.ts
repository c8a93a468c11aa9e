import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';

/** A refresh token that we have made: of which session, and of which of its turns. */
export interface SessionToken {
  readonly workspaceId: string;
  readonly sessionId: string;
  readonly turn: number;
}

const idBytes = 16;
const bodyBytes = 2 * idBytes + 4;

function bytesOf(id: string): Buffer {
  return Buffer.from(id.replaceAll('-', ''), 'hex');
}

function idOf(bytes: Buffer): string {
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/**
 * Refresh tokens, and the hashes of what is remembered about tries. The tokens are signed and not kept: the database
 * alone gives nobody one, and a lost answer can be repeated word for word.
 */
export class SessionTokens {
  #tokenKey: Buffer;
  #hashKey: Buffer;

  constructor(internalTokenKey: string) {
    const derived = (purpose: string): Buffer =>
      Buffer.from(hkdfSync('sha256', internalTokenKey, '', `smart-tickets ${purpose}`, 32));
    this.#tokenKey = derived('refresh tokens');
    this.#hashKey = derived('sign-in tries');
  }

  /** The token of a session's turn; always the same one. */
  sign({ workspaceId, sessionId, turn }: SessionToken): string {
    const count = Buffer.alloc(4);
    count.writeUInt32BE(turn);
    const body = Buffer.concat([bytesOf(workspaceId), bytesOf(sessionId), count]);
    return Buffer.concat([body, this.#signature(body)]).toString('base64url');
  }

  /** What a token says, or null when we have not made it. */
  read(token: string): SessionToken | null {
    if (token.length > 200) return null;
    const bytes = Buffer.from(token, 'base64url');
    const body = bytes.subarray(0, bodyBytes);
    const sent = bytes.subarray(bodyBytes);
    const expected = this.#signature(body);
    if (sent.length !== expected.length || !timingSafeEqual(sent, expected)) return null;
    return {
      workspaceId: idOf(body.subarray(0, idBytes)),
      sessionId: idOf(body.subarray(idBytes, 2 * idBytes)),
      turn: body.readUInt32BE(2 * idBytes),
    };
  }

  /** What stands for an account or a network address in the database, which then tells neither. */
  fingerprint(...parts: readonly string[]): string {
    return createHmac('sha256', this.#hashKey).update(JSON.stringify(parts)).digest('base64url');
  }

  #signature(body: Buffer): Buffer {
    return createHmac('sha256', this.#tokenKey).update(body).digest();
  }
}
