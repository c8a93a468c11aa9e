import { err, ok, type Result } from '@smart-tickets/kit/result';
import { countAddresses, headersIn, mediaType } from './mail-fields.ts';

/** How much a mail may hold of what costs work; beyond, it is kept unread. */
export const mailBounds = {
  parts: 1_000,
  /** How deep parts may lie within parts; the mail's own level is 0. */
  nesting: 50,
  /** Of the mail and of each of its parts. */
  headerBytes: 256 * 1024,
  /** Addresses in To, Cc and Bcc together. */
  recipients: 1_000,
} as const;

/** One part of a mail: where it stands among the mail's bytes, and how it is written. */
export interface MailPart {
  /** Media type in lower case, `text/plain` when none is given. */
  readonly type: string;
  /** Parameters of the media type by lower-case name. */
  readonly params: ReadonlyMap<string, string>;
  /** Content-Transfer-Encoding in lower case; empty when none is given. */
  readonly encoding: string;
  /** Content-Disposition in lower case without its parameters; empty when none is given. */
  readonly disposition: string;
  readonly depth: number;
  readonly headerStart: number;
  readonly bodyStart: number;
  readonly end: number;
}

type OpenPart = { -readonly [K in keyof MailPart]: MailPart[K] };

interface Scan {
  readonly raw: Uint8Array;
  readonly parts: OpenPart[];
  /** Parts whose end has not come yet, inner ones last. */
  readonly unended: OpenPart[];
  /** Boundaries of the multiparts that are open, inner ones last; null for a mail within the mail. */
  readonly open: (string | null)[];
  /** Boundaries of open multiparts with their place in `open`. */
  readonly boundaries: Map<string, number>;
}

const maxBoundaryLine = 1_000;
const latin1 = new TextDecoder('latin1');
const lineFeed = 10;
const carriageReturn = 13;
const dash = 45;

/**
 * The parts of a mail in their order, from one pass over its lines that decodes nothing but headers; or, in words, which
 * bound it breaks. The scan ends where a bound is broken, so that what is made to be expensive costs nothing.
 * Source: RFC 2046 §5.1; faults 16 and 17.
 */
export function scanMail(raw: Uint8Array): Result<readonly MailPart[], string> {
  const scan: Scan = { raw, parts: [], unended: [], open: [], boundaries: new Map() };
  let headerStart = 0;
  let inHeader = true;
  for (let at = 0; at < raw.length;) {
    if (!inHeader) at = boundaryLike(scan, at);
    const found = raw.indexOf(lineFeed, at);
    const next = found === -1 ? raw.length : found + 1;
    if (inHeader && next - headerStart > mailBounds.headerBytes) {
      return err('The mail has a header block of more than 256 KiB.');
    }
    const level = boundaryAt(scan, at, next);
    if (level !== null) {
      if (inHeader) openPart(scan, headerStart, at);
      closeTo(scan, level.closing ? level.index : level.index + 1, at);
      inHeader = !level.closing;
      headerStart = next;
    } else if (inHeader && isBlank(raw, at, next)) {
      const inner = openPart(scan, headerStart, next);
      inHeader = inner === 'MAIL';
      headerStart = next;
    }
    const refusal = refusalOf(scan, inHeader);
    if (refusal !== null) return err(refusal);
    at = next;
  }
  if (inHeader) openPart(scan, headerStart, raw.length);
  closeTo(scan, 0, raw.length);
  const first = scan.parts[0];
  if (first !== undefined) {
    first.end = raw.length;
    if (recipientsOf(scan, first) > mailBounds.recipients)
      return err('The mail has more than 1,000 recipients.');
  }
  return ok(scan.parts);
}

function refusalOf(scan: Scan, inHeader: boolean): string | null {
  // What was begun counts before its header has ended.
  if (scan.parts.length + (inHeader && scan.open.length > 0 ? 1 : 0) > mailBounds.parts + 1) {
    return 'The mail has more than 1,000 parts.';
  }
  return scan.open.length > mailBounds.nesting ? "The mail's parts are nested more than 50 deep." : null;
}

function isBlank(raw: Uint8Array, at: number, next: number): boolean {
  return raw[at] === lineFeed || (raw[at] === carriageReturn && next - at === 2);
}

/** Where the next line begins, at the line `at` or behind it, that looks like a boundary; the mail's end when none does. */
function boundaryLike({ raw, boundaries }: Scan, at: number): number {
  for (let from = at; boundaries.size > 0;) {
    const found = raw.indexOf(dash, from);
    if (found === -1) break;
    if (raw[found + 1] === dash && (found === at || raw[found - 1] === lineFeed)) return found;
    const end = raw.indexOf(lineFeed, found);
    if (end === -1) break;
    from = end + 1;
  }
  return raw.length;
}

/** Which open multipart a line delimits or closes; null when it is no boundary of any. */
function boundaryAt(scan: Scan, at: number, next: number): { index: number; closing: boolean } | null {
  const { raw, boundaries } = scan;
  if (raw[at] !== dash || raw[at + 1] !== dash || boundaries.size === 0) return null;
  if (next - at > maxBoundaryLine) return null;
  const line = latin1.decode(raw.subarray(at + 2, next)).trimEnd();
  const index = boundaries.get(line);
  if (index !== undefined) return { index, closing: false };
  const closed = line.endsWith('--') ? boundaries.get(line.slice(0, -2)) : undefined;
  return closed === undefined ? null : { index: closed, closing: true };
}

/** Ends what lies at `level` and deeper. */
function closeTo(scan: Scan, level: number, at: number): void {
  while ((scan.unended.at(-1)?.depth ?? -1) >= level) {
    const part = scan.unended.pop();
    if (part !== undefined) part.end = at;
  }
  while (scan.open.length > level) {
    const boundary = scan.open.pop() ?? null;
    if (boundary !== null && scan.boundaries.get(boundary) === scan.open.length)
      scan.boundaries.delete(boundary);
  }
}

/** Notes a part whose header has ended; what its body holds: other parts, another mail, or just itself. */
function openPart(scan: Scan, headerStart: number, bodyStart: number): 'PARTS' | 'MAIL' | 'LEAF' {
  const headers = headersIn(latin1.decode(scan.raw.subarray(headerStart, bodyStart)));
  const { type, params } = mediaType(headers.get('content-type')?.[0] ?? '');
  const encoding = (headers.get('content-transfer-encoding')?.[0] ?? '').trim().toLowerCase();
  const [disposed = ''] = (headers.get('content-disposition')?.[0] ?? '').split(';', 1);
  const disposition = disposed.trim().toLowerCase();
  const depth = scan.open.length;
  const part = { type, params, encoding, disposition, depth, headerStart, bodyStart, end: bodyStart };
  scan.parts.push(part);
  scan.unended.push(part);
  const boundary = params.get('boundary')?.trimEnd() ?? '';
  if (type.startsWith('multipart/') && boundary !== '') {
    // Of two open multiparts with one boundary the outer one ends the inner one.
    if (!scan.boundaries.has(boundary)) scan.boundaries.set(boundary, scan.open.length);
    scan.open.push(boundary);
    return 'PARTS';
  }
  const isMail = type === 'message/rfc822' || type === 'message/global';
  if (!isMail || encoding === 'base64' || encoding === 'quoted-printable') return 'LEAF';
  scan.open.push(null);
  return 'MAIL';
}

function recipientsOf(scan: Scan, part: MailPart): number {
  const headers = headersIn(latin1.decode(scan.raw.subarray(part.headerStart, part.bodyStart)));
  return ['to', 'cc', 'bcc']
    .flatMap((name) => headers.get(name) ?? [])
    .reduce((sum, value) => sum + countAddresses(value), 0);
}
