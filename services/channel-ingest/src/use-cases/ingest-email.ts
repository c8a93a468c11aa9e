import { err, type Result } from '@smart-tickets/kit/result';
import { storable } from '@smart-tickets/kit/text';
import { createHash } from 'node:crypto';
import { mailKey, ownMessageId } from '../domain/mail-thread.ts';
import type { Connector, Deps } from './deps.ts';
import { storeInbound, type Ingested, type IngestFault } from './store-inbound.ts';

/** Largest mail, in bytes before base64. */
export const maxMailBytes = 35 * 1024 * 1024;

/**
 * Takes a whole mail as received. Its external id is the hash of its bytes: the same mail fetched twice is one, and two
 * different mails that bear the same Message-ID are two.
 */
export async function ingestEmail(
  deps: Deps,
  connector: Connector,
  input: { readonly raw: string; readonly receivedAt: string | null },
): Promise<Result<Ingested, IngestFault>> {
  const field = ['input', 'raw'];
  const compact = /\s/.test(input.raw) ? input.raw.replaceAll(/\s+/g, '') : input.raw;
  const raw = decodeBase64(compact);
  if (raw === null) return err({ code: 'INVALID', field, message: 'raw is not base64.' });
  if (raw.length === 0) return err({ code: 'INVALID', field, message: 'raw is empty.' });
  if (raw.length > maxMailBytes) {
    return err({
      code: 'LIMIT_EXCEEDED',
      field,
      message: `A mail has at most ${maxMailBytes} bytes; this one has ${raw.length}.`,
    });
  }
  return storeInbound(deps, connector, {
    externalId: `sha256:${createHash('sha256').update(raw).digest('hex')}`,
    format: 'MAIL',
    raw,
    receivedAt: earlier(input.receivedAt, deps.now().toISOString()),
    ownKey: ownKeyOf(raw),
    uploads: [],
  });
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

/** The key by which answers to this mail will name it, read from its header alone; null when none is plain to see. */
function ownKeyOf(raw: Buffer): string | null {
  const start = raw.toString('latin1', 0, headerBytes);
  const header = start.split(/\r?\n\r?\n/, 1)[0] ?? '';
  const value = /^message-id:((?:[^\r\n]|\r?\n[ \t])*)/im.exec(header)?.[1]?.replaceAll(/\s+/g, ' ').trim();
  const id = value === undefined ? null : ownMessageId(new Map([['message-id', [storable(value)]]]));
  return id === null ? null : mailKey(id);
}
