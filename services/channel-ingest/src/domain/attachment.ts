/** Largest file that may be announced for upload, in bytes. What comes inside a mail is bounded by the mail. */
export const maxUploadBytes = 25 * 1024 * 1024;
/** Most files of one message; of a mail's further ones only the raw mail tells. */
export const maxAttachments = 100;
/** Longest name of a file, in characters. */
export const maxFileNameLength = 200;

const unknownType = 'application/octet-stream';
const longestExtension = 20;

/** What a mail names no file by gets a name by its type. */
const extensions: Readonly<Record<string, string>> = {
  'application/pdf': 'pdf',
  'application/pgp-signature': 'asc',
  'application/pkcs7-signature': 'p7s',
  'application/x-pkcs7-signature': 'p7s',
  'image/gif': 'gif',
  'image/jpeg': 'jpg',
  'image/png': 'png',
  'image/webp': 'webp',
  'message/rfc822': 'eml',
  'text/calendar': 'ics',
  'text/html': 'html',
  'text/plain': 'txt',
};

// Marks that turn the direction of writing let "gpj.exe" look like "exe.jpg"; line and paragraph separators break lines.
const deceptive = /[\p{Cc}\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/gu;
const reserved = /^(con|prn|aux|nul|com\d|lpt\d)(?=\.|$)/i;

/** A media type without parameters, in lower case; `application/octet-stream` for what is none. Source: RFC 6838 §4.2. */
export function normaliseMediaType(text: string): string {
  const type = text.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  return /^[a-z0-9][a-z0-9!#$&^_.+-]{0,126}\/[a-z0-9][a-z0-9!#$&^_.+-]{0,126}$/.test(type)
    ? type
    : unknownType;
}

/**
 * A name that any system can keep a file by and that shows what it is: no folders, nothing invisible or turned round, no
 * leading dots, at most 200 characters with its extension kept; null when nothing of it is left.
 */
export function safeFileName(name: string): string | null {
  const last =
    name
      .slice(-4_000)
      .toWellFormed()
      .replaceAll(deceptive, '')
      .normalize('NFC')
      .split(/[/\\]/)
      .findLast((part) => /[^.\s]/.test(part)) ?? '';
  const plain = last
    .replaceAll(/[<>:"|?*\ufffd]/g, '_')
    .replaceAll(/\s+/g, ' ')
    .replace(/^[. ]+/, '')
    .replace(/[. ]+$/, '')
    .replace(reserved, '_$1');
  return plain === '' ? null : shorten(plain);
}

function shorten(name: string): string {
  if (name.length <= maxFileNameLength) return name;
  const dot = name.lastIndexOf('.');
  const extension = dot > 0 && name.length - dot <= longestExtension ? name.slice(dot) : '';
  return wellFormedEnd(name.slice(0, maxFileNameLength - extension.length)) + extension;
}

/** Without half of a character at its end. */
function wellFormedEnd(text: string): string {
  return text.toWellFormed().replace(/\ufffd$/, '');
}

/** The name of the part of a mail at a place, from 1: its own, or one by its type. */
export function partFileName(name: string | undefined, mediaType: string, place: number): string {
  return safeFileName(name ?? '') ?? `attachment-${place}.${extensions[mediaType] ?? 'bin'}`;
}
