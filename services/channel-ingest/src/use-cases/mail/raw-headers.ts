import { storable } from '@smart-tickets/kit/text';

/** How much of a mail is read for its headers, in bytes. */
export const headersReadBytes = 65_536;
const maxFields = 500;
const maxValueLength = 10_000;

/**
 * The header fields at the beginning of a mail, by lower-case name, each with its values in their order: unfolded, not decoded,
 * and no longer than 10,000 characters. Of more than 500 fields the first count, and one that the beginning cuts off does not.
 */
export function rawHeaders(start: Buffer): Record<string, string[]> {
  const text = start.toString('utf8');
  const end = /\r?\n\r?\n/.exec(text)?.index;
  const whole = end !== undefined || start.length < headersReadBytes;
  const lines = (end === undefined ? text : text.slice(0, end)).split(/\r?\n(?![ \t])/);
  const fields = whole ? lines : lines.slice(0, -1);
  const headers = new Map<string, string[]>();
  for (const field of fields.slice(0, maxFields)) {
    const colon = field.indexOf(':');
    const name = field.slice(0, Math.max(colon, 0)).trimEnd().toLowerCase();
    // Source: RFC 5322 §3.6.8.
    if (!/^[\x21-\x39\x3b-\x7e]{1,200}$/.test(name)) continue;
    const value = storable(field.slice(colon + 1).replaceAll(/\r?\n[ \t]*/g, ' '))
      .trim()
      .slice(0, maxValueLength)
      .toWellFormed();
    const before = headers.get(name);
    if (before === undefined) headers.set(name, [value]);
    else before.push(value);
  }
  return Object.fromEntries(headers);
}
