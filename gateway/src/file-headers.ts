import type { ByteRange } from '@smart-tickets/kit/blob-store';
import type { FileClaims } from '@smart-tickets/kit/file-link';

/** Pictures made of dots: all that a browser is ever asked to show. Anything that can hold script or mark-up is not. */
const shownTypes = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp']);
const activeTypes = /html|xml|svg|script|xsl|mhtml|multipart/;

/** The media type under which a file is given: its own, unless a browser could run it. */
export function servedType(mediaType: string): string {
  const type = mediaType.toLowerCase();
  return activeTypes.test(type) || !/^[a-z0-9!#$&^_.+-]+\/[a-z0-9!#$&^_.+-]+$/.test(type)
    ? 'application/octet-stream'
    : type;
}

/** How a browser is told to treat a file and by which name to keep it. Source: RFC 6266 §4, RFC 8187 §3.2. */
export function contentDisposition({ fileName, mediaType, inline }: FileClaims): string {
  const kind = inline && shownTypes.has(mediaType.toLowerCase()) ? 'inline' : 'attachment';
  const name = fileName.toWellFormed();
  const plain = name.replaceAll(/[^\x20-\x7e]|["\\%]/g, '_');
  const encoded = encodeURIComponent(name).replaceAll(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `${kind}; filename="${plain}"; filename*=UTF-8''${encoded}`;
}

/** What every file is given with, whoever asks. */
export function fileHeaders(claims: FileClaims, nowMs: number): Record<string, string> {
  const restSeconds = Math.max(0, Math.floor(claims.expiresAt - nowMs / 1_000));
  return {
    'content-type': servedType(claims.mediaType),
    'content-disposition': contentDisposition(claims),
    'x-content-type-options': 'nosniff',
    'content-security-policy': "sandbox; default-src 'none'",
    'referrer-policy': 'no-referrer',
    'cache-control': `private, max-age=${restSeconds}`,
    'accept-ranges': 'bytes',
  };
}

/**
 * The part of a file that a Range header asks for. `WHOLE` without one and for what is not understood (several parts,
 * other units), as a server may; `NOT_SATISFIABLE` for a part beyond the end. Source: RFC 9110 §14.
 */
export function rangeOf(
  header: string | undefined,
  sizeBytes: number,
): ByteRange | 'WHOLE' | 'NOT_SATISFIABLE' {
  const [, first, last] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header ?? '') ?? [];
  if (first === undefined || last === undefined || (first === '' && last === '')) return 'WHOLE';
  if (first === '') {
    const length = Math.min(Number(last), sizeBytes);
    return length === 0 ? 'NOT_SATISFIABLE' : { start: sizeBytes - length, end: sizeBytes - 1 };
  }
  const start = Number(first);
  if (last !== '' && Number(last) < start) return 'WHOLE';
  if (start >= sizeBytes) return 'NOT_SATISFIABLE';
  return { start, end: last === '' ? sizeBytes - 1 : Math.min(Number(last), sizeBytes - 1) };
}
