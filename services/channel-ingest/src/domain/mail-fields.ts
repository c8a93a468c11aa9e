import type { MailHeaders } from './mail-thread.ts';

/** The header fields of a block of lines, unfolded, by lower-case name; lines that are no fields are left out. */
export function headersIn(block: string): MailHeaders {
  const headers = new Map<string, string[]>();
  let name = '';
  let value: string[] = [];
  const keep = (): void => {
    const known = headers.get(name);
    if (name !== '' && known === undefined) headers.set(name, [value.join(' ').trim()]);
    else known?.push(value.join(' ').trim());
  };
  for (const line of block.split('\n')) {
    if (line.startsWith(' ') || line.startsWith('\t')) {
      value.push(line.trim());
      continue;
    }
    keep();
    const colon = line.indexOf(':');
    name = colon > 0 ? line.slice(0, colon).trimEnd().toLowerCase() : '';
    if (name.includes(' ')) name = '';
    value = [line.slice(colon + 1).trim()];
  }
  keep();
  return headers;
}

/**
 * Splits at a separator that stands outside of quotes, comments and angle brackets; the pieces are trimmed, empty ones
 * left out. At most `max` pieces are given; the rest is not looked at. Source: RFC 5322 §3.2.
 */
export function splitOutside(text: string, separators: string, max: number): string[] {
  const pieces: string[] = [];
  let from = 0;
  const take = (to: number): void => {
    const piece = text.slice(from, to).trim();
    if (piece !== '') pieces.push(piece);
  };
  for (const { at, char } of plainCharacters(text)) {
    if (pieces.length >= max) return pieces;
    if (!separators.includes(char)) continue;
    take(at);
    from = at + 1;
  }
  if (pieces.length < max) take(text.length);
  return pieces;
}

/** The characters outside of quotes, comments and angle brackets, with their places. */
function* plainCharacters(text: string): Generator<{ at: number; char: string }> {
  let quoted = false;
  let comments = 0;
  let bracketed = false;
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at] ?? '';
    if (char === '\\' && (quoted || comments > 0)) at += 1;
    else if (quoted) quoted = char !== '"';
    else if (char === '"') quoted = true;
    else if (char === '(') comments += 1;
    else if (char === ')' && comments > 0) comments -= 1;
    else if (comments > 0) continue;
    else if (bracketed) bracketed = char !== '>';
    else if (char === '<') bracketed = true;
    else yield { at, char };
  }
}

/** How many addresses a header value names: pieces between separators, of lists and of groups. */
export function countAddresses(value: string): number {
  return splitOutside(value, ',;', Number.POSITIVE_INFINITY).length;
}

/** A text without comments, and with quoted strings as they are meant. */
export function unquoted(text: string): string {
  let plain = '';
  let quoted = false;
  let comments = 0;
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at] ?? '';
    if (char === '\\' && (quoted || comments > 0)) {
      at += 1;
      if (quoted) plain += text[at] ?? '';
    } else if (char === '"' && comments === 0) quoted = !quoted;
    else if (!quoted && char === '(') comments += 1;
    else if (!quoted && char === ')' && comments > 0) comments -= 1;
    else if (comments === 0) plain += char;
  }
  return plain.trim();
}

const maxParameters = 50;

/** A Content-Type as type and parameters; parameters in pieces (`name*0`) are put together. Source: RFC 2045 §5.1, RFC 2231 §3. */
export function mediaType(value: string): { type: string; params: ReadonlyMap<string, string> } {
  const [first = '', ...rest] = splitOutside(value.slice(0, 20_000), ';', maxParameters);
  const params = new Map<string, string>();
  for (const piece of rest) {
    const equals = piece.indexOf('=');
    if (equals === -1) continue;
    const [name = '', index = '0'] = piece.slice(0, equals).trim().toLowerCase().split('*');
    const text = unquoted(piece.slice(equals + 1));
    const before = params.get(name);
    if (before === undefined) params.set(name, text);
    else if (index !== '0' && index !== '') params.set(name, before + text);
  }
  const type = unquoted(first).toLowerCase();
  return { type: type === '' ? 'text/plain' : type, params };
}
