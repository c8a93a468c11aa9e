import { err, type Result } from '@smart-tickets/kit/result';
import { clip, storable } from '@smart-tickets/kit/text';
import { createHash } from 'node:crypto';
import { isIP } from 'node:net';
import { normaliseEmail } from '../domain/author.ts';
import type { Envelope } from '../domain/inbound-message.ts';
import { splitOutside, unquoted } from '../domain/mail-fields.ts';
import { mailKey, ownMessageId } from '../domain/mail-thread.ts';
import type { Connector, Deps } from './deps.ts';
import { lineOf, type SenderLines } from './sender-line.ts';
import { storeInbound, type Ingested, type IngestFault } from './store-inbound.ts';

/** Largest mail, in bytes before base64. */
export const maxMailBytes = 35 * 1024 * 1024;
/** What is kept of a mail that is larger, in bytes: its headers, and more. */
export const keptOfOversized = 256 * 1024;
/** Most recipients of an envelope. */
export const maxEnvelopeRecipients = 100;
const maxAddressLength = 320;

export interface EmailInput {
  /** Base64 of the whole mail, or of the beginning of one that is too large. */
  readonly raw: string;
  /** How large the whole mail is; null where raw is all of it. */
  readonly sizeBytes?: number | null;
  readonly receivedAt: string | null;
  /** MAIL FROM of the envelope, empty for delivery reports; left out where the connector does not know. */
  readonly envelopeFrom?: string | null;
  /** RCPT TO of the envelope. */
  readonly envelopeTo?: readonly string[] | null;
  /** Address of the machine that brought the mail by SMTP, IPv4 or IPv6, and its EHLO. */
  readonly clientIp?: string | null;
  readonly helo?: string | null;
}

/**
 * Takes a whole mail as received. Its external id is the hash of its bytes: the same mail fetched twice is one, and two
 * different mails that bear the same Message-ID are two. What is said of its envelope is kept with it, and is no part of
 * what makes it the same. Of a mail that is too large the beginning is kept, and it is held: it is seen, holds up no other, and
 * is not handed in for ever.
 */
export async function ingestEmail(
  deps: Deps,
  connector: Connector,
  input: EmailInput,
): Promise<Result<Ingested, IngestFault>> {
  const field = ['input', 'raw'];
  const compact = /\s/.test(input.raw) ? input.raw.replaceAll(/\s+/g, '') : input.raw;
  const raw = decodeBase64(compact);
  if (raw === null) return err({ code: 'INVALID', field, message: 'raw is not base64.' });
  if (raw.length === 0) return err({ code: 'INVALID', field, message: 'raw is empty.' });
  const wholeBytes = input.sizeBytes ?? raw.length;
  const oversized = wholeBytes > maxMailBytes;
  if (wholeBytes < raw.length || (wholeBytes > raw.length && !oversized)) {
    const message = `raw has ${raw.length} bytes: of a mail of at most ${maxMailBytes} bytes it must be all.`;
    return err({ code: 'INVALID', field: ['input', 'sizeBytes'], message });
  }
  if ((input.envelopeTo?.length ?? 0) > maxEnvelopeRecipients) {
    const message = `An envelope has at most ${maxEnvelopeRecipients} recipients.`;
    return err({ code: 'LIMIT_EXCEEDED', field: ['input', 'envelopeTo'], message });
  }
  if (input.clientIp != null && isIP(input.clientIp) === 0) {
    const message = 'clientIp is no address of IPv4 or IPv6.';
    return err({ code: 'INVALID', field: ['input', 'clientIp'], message });
  }
  const kept = oversized ? raw.subarray(0, keptOfOversized) : raw;
  const head = headOf(kept);
  const digest = createHash('sha256');
  if (oversized) digest.update(`OVERSIZED ${wholeBytes}\n`);
  return storeInbound(deps, connector, {
    externalId: `sha256:${digest.update(kept).digest('hex')}`,
    format: 'MAIL',
    raw: kept,
    sizeBytes: wholeBytes,
    receivedAt: earlier(input.receivedAt, deps.now().toISOString()),
    ownKey: ownKeyOf(head),
    lines: linesOfMail(head),
    envelope: oversized ? { from: null, to: [], ...envelopeOf(input), wholeBytes } : envelopeOf(input),
    uploads: [],
  });
}

function envelopeOf({ envelopeFrom, envelopeTo, clientIp, helo }: EmailInput): Envelope | null {
  if (envelopeFrom == null && envelopeTo == null && clientIp == null) return null;
  const from = envelopeFrom == null ? null : envelopeAddress(envelopeFrom);
  return {
    from,
    to: (envelopeTo ?? []).map(envelopeAddress),
    ...(clientIp == null ? {} : { clientIp }),
    ...(helo == null ? {} : { helo: envelopeAddress(helo) }),
  };
}

function envelopeAddress(text: string): string {
  const bare = storable(text)
    .trim()
    .replace(/^<(.*)>$/, '$1');
  return clip(bare, maxAddressLength);
}

/** The bytes of a base64 text, with or without padding; null when it is none. Node's decoder alone would skip what it does not know. */
function decodeBase64(text: string): Buffer | null {
  const body = text.replace(/={1,2}$/, '');
  if (body.length % 4 === 1 || /[^A-Za-z0-9+/]/.test(body)) return null;
  return Buffer.from(body, 'base64');
}

/** What a connector says of the time of receipt, but never later than now. */
function earlier(said: string | null, nowIso: string): string {
  return said !== null && said < nowIso ? said : nowIso;
}

const headerBytes = 65_536;

/** The header's beginning, as Latin-1: its bytes are still to be read. */
function headOf(raw: Buffer): string {
  const start = raw.toString('latin1', 0, headerBytes);
  return start.split(/\r?\n\r?\n/, 1)[0] ?? '';
}

/** The key by which answers to this mail will name it, read from its header alone; null when none is plain to see. */
function ownKeyOf(head: string): string | null {
  const value = /^message-id:((?:[^\r\n]|\r?\n[ \t])*)/im.exec(head)?.[1]?.replaceAll(/\s+/g, ' ').trim();
  const id = value === undefined ? null : ownMessageId(new Map([['message-id', [storable(value)]]]));
  return id === null ? null : mailKey(id);
}

/** The line of a mail's sender, read from its header alone: it orders mails, and says of nobody who they are. */
function linesOfMail(head: string): SenderLines {
  const value = /^from:((?:[^\r\n]|\r?\n[ \t])*)/im.exec(head)?.[1]?.slice(0, 10_000) ?? '';
  const [first = ''] = splitOutside(value.replaceAll(/\r?\n/g, ''), ',;', 1);
  const [address] = (/<([^<>]*)>[^<>]*$/.exec(first)?.[1] ?? unquoted(first)).trim().split(/\s/, 1);
  const email = normaliseEmail(storable(address ?? ''));
  return email === null ? {} : { '*': lineOf({ kind: 'EMAIL', value: email }) };
}
