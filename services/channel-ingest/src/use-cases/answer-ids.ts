import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';

const alphabet = 'abcdefghijklmnopqrstuvwxyz234567';
/** 128 bits of the message's id take 26 characters of base32; 80 bits of signature another 16. */
const idLength = 26;
const signatureBytes = 10;
/** Source: RFC 5321 §4.5.3.1.1. */
const maxLocalBytes = 64;

/**
 * The marks by which an answer's replies and bounces are recognised: its Message-ID, and a token in the address that
 * they go to. Both name the answer's message and are signed for its workspace, with a key of their own that is made of the
 * internal token key; what was not made here is not recognised. They are written in lower case and read in any, as many
 * mail servers change the case of what they hand on.
 */
export class AnswerIds {
  #key: Buffer;

  constructor(internalTokenKey: string) {
    this.#key = Buffer.from(hkdfSync('sha256', internalTokenKey, '', 'smart-tickets answer ids', 32));
  }

  /** The token of an answer: 42 characters of a-z and 2-7. */
  token(workspaceId: string, messageId: string): string {
    const id = Buffer.from(messageId.replaceAll('-', ''), 'hex');
    return base32(id) + base32(this.#signature(workspaceId, id));
  }

  /**
   * The Message-ID of an answer, without its angle brackets; always the same for the same answer.
   * @param domain of the mailbox that it is sent from, in its ASCII form
   */
  messageId(workspaceId: string, messageId: string, domain: string): string {
    const token = this.token(workspaceId, messageId);
    return `${token.slice(0, idLength)}.${token.slice(idLength)}@${domain}`;
  }

  /**
   * A mailbox's address with an answer's token, `support+token@example.com`, beside what the mailbox has after a plus
   * already; null where the part before the @ would be longer than 64 bytes, which leaves 21 to the mailbox's own name.
   */
  plusAddress(workspaceId: string, messageId: string, mailbox: string): string | null {
    const at = mailbox.lastIndexOf('@');
    const local = `${mailbox.slice(0, at)}+${this.token(workspaceId, messageId)}`;
    return at > 0 && Buffer.byteLength(local) <= maxLocalBytes ? local + mailbox.slice(at) : null;
  }

  /** The message of the answer that a Message-ID is of, with or without brackets; null when it is none of the workspace's. */
  ofMessageId(workspaceId: string, id: string): string | null {
    const found = /^<?([a-z2-7]{26})\.([a-z2-7]{16})@[^@\s]+$/i.exec(id.slice(0, 1_000));
    return found === null ? null : this.#verified(workspaceId, `${found[1]}${found[2]}`);
  }

  /** The message of the answer whose token an address bears; null when it bears none of the workspace's. */
  ofAddress(workspaceId: string, address: string): string | null {
    const at = address.lastIndexOf('@');
    const plus = address.lastIndexOf('+', at);
    return plus === -1 ? null : this.ofToken(workspaceId, address.slice(plus + 1, at));
  }

  /** The message of the answer whose token this is; null when it is none of the workspace's. */
  ofToken(workspaceId: string, token: string): string | null {
    return /^[a-z2-7]{42}$/i.test(token) ? this.#verified(workspaceId, token) : null;
  }

  #verified(workspaceId: string, token: string): string | null {
    const given = token.toLowerCase();
    const id = bytesOf(given.slice(0, idLength));
    if (id === null) return null;
    const expected = base32(id) + base32(this.#signature(workspaceId, id));
    if (!timingSafeEqual(Buffer.from(given, 'latin1'), Buffer.from(expected, 'latin1'))) return null;
    return uuid(id);
  }

  #signature(workspaceId: string, id: Buffer): Buffer {
    const hmac = createHmac('sha256', this.#key).update(workspaceId.toLowerCase()).update(':').update(id);
    return hmac.digest().subarray(0, signatureBytes);
  }
}

/** Source: RFC 4648 §6, without padding. */
function base32(bytes: Buffer): string {
  let text = '';
  let bits = 0;
  let held = 0;
  for (const byte of bytes) {
    held = (held << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += alphabet[(held >> bits) & 31];
    }
    held &= (1 << bits) - 1;
  }
  return bits === 0 ? text : text + alphabet[(held << (5 - bits)) & 31];
}

/** The whole bytes of a base32 text in lower case; null when it holds what is not in the alphabet. */
function bytesOf(text: string): Buffer | null {
  const bytes: number[] = [];
  let bits = 0;
  let held = 0;
  for (const char of text) {
    const value = alphabet.indexOf(char);
    if (value === -1) return null;
    held = ((held << 5) | value) & 0xfff;
    bits += 5;
    if (bits < 8) continue;
    bits -= 8;
    bytes.push((held >> bits) & 255);
  }
  return Buffer.from(bytes);
}

function uuid(bytes: Buffer): string {
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join(
    '-',
  );
}
