import type { MailPart } from './mail-structure.ts';

/**
 * Bytes of a mail's texts, as they are written in it, that are read. A message keeps a million characters of its text; what
 * is far beyond them costs seconds of decoding for nothing.
 */
export const maxTextBytes = 3 * 1024 * 1024;

const textTypes = ['text/plain', 'text/html', 'message/delivery-status'];
const shown = ['', 'inline'];
const lineEnd = new TextEncoder().encode('\r\n');

/**
 * The mail without what its texts have beyond `maxTextBytes` together; the mail itself where they have no more. Files stay
 * whole, and so do mails that are files. Source: fault 16.
 * @param parts of the mail, as `scanMail` gives them
 */
export function cutLongTexts(raw: Buffer, parts: readonly MailPart[]): Buffer {
  const kept: Uint8Array[] = [];
  let from = 0;
  let left = maxTextBytes;
  for (const { bodyStart, end } of textsOf(parts)) {
    const length = end - bodyStart;
    if (length > left) {
      // The boundary behind it needs a line of its own.
      kept.push(raw.subarray(from, bodyStart + left), lineEnd);
      from = end;
    }
    left = Math.max(0, left - length);
  }
  return from === 0 ? raw : Buffer.concat([...kept, raw.subarray(from)]);
}

/** The parts that are read as text, those of mails within the mail too, unless these are files. */
function textsOf(parts: readonly MailPart[]): MailPart[] {
  const texts: MailPart[] = [];
  let fileDepth = Number.POSITIVE_INFINITY;
  for (const part of parts) {
    if (part.depth > fileDepth) continue;
    fileDepth = Number.POSITIVE_INFINITY;
    if (part.type.startsWith('multipart/')) continue;
    if (!shown.includes(part.disposition)) fileDepth = part.depth;
    else if (textTypes.includes(part.type)) texts.push(part);
  }
  return texts;
}
