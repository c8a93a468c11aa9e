import { storable } from '@smart-tickets/kit/text';
import type { ParsedMail } from 'mailparser';
import type { MailHeaders } from '../../domain/mail-thread.ts';

/** The headers of a mail by lower-case name: unfolded, storable, not decoded. */
export function headersOf(mail: ParsedMail): MailHeaders {
  const headers = new Map<string, string[]>();
  for (const { key, line } of mail.headerLines) {
    const unfolded = line.slice(line.indexOf(':') + 1).replaceAll(/\r?\n[ \t]+/g, ' ');
    const value = storable(unfolded).trim();
    if (!line.includes(':') || key.includes(' ')) continue;
    const before = headers.get(key);
    if (before === undefined) headers.set(key, [value]);
    else before.push(value);
  }
  return headers;
}
