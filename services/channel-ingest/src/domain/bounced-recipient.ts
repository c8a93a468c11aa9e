import { splitOutside } from './mail-fields.ts';
import type { MailHeaders } from './mail-thread.ts';

/** What became of a mail for one of its recipients. */
export interface BouncedRecipient {
  /** In lower case; null when the report does not say. */
  readonly recipient: string | null;
  /** To whom the mail was sent before it was forwarded, in lower case; left out where the report does not say. */
  readonly original?: string | null;
  /** Enhanced status code such as `5.1.1`; null when none is given. Source: RFC 3463. */
  readonly status: string | null;
  readonly action: 'FAILED' | 'DELAYED';
  /** True when trying again is of no use: the address is not to be written to. */
  readonly permanent: boolean;
  /** The words of the server that refused. */
  readonly diagnostic: string | null;
}

/** One part of a report: its media type in lower case and its text, transfer encoding undone. */
export interface ReportPart {
  readonly type: string;
  readonly text: string;
}

/** What a mail shows of whether it is a report. */
export interface ReportSigns {
  readonly headers: MailHeaders;
  /** The address of the sender, in lower case. */
  readonly from: string;
  readonly subject: string;
  /** Its parts as far as they can be part of a report: statuses, headers or the whole of the mail sent, plain text. */
  readonly parts: readonly ReportPart[];
}

/** The address in a text that holds one, in lower case and without brackets. */
export function addressIn(text: string): string | null {
  for (const word of text.slice(0, 2_000).split(/[\s<>()[\]",;:]/)) {
    const at = word.indexOf('@');
    if (at > 0 && at < word.length - 1 && word.length <= 320) return word.replace(/\.$/, '').toLowerCase();
  }
  return null;
}

/** The first enhanced status code of class 4 or 5 in a text; null when there is none. Source: RFC 3463 §2. */
export function statusCode(text: string): string | null {
  const found = /(?<![\d.])[45]\.\d{1,3}\.\d{1,3}(?![\d.]*\d)/.exec(text.slice(0, 2_000));
  return found === null ? null : found[0];
}

/** The addresses of a header such as X-Failed-Recipients. */
export function addressesIn(values: readonly string[]): string[] {
  return values.flatMap((value) => splitOutside(value, ',', 100).flatMap((piece) => addressIn(piece) ?? []));
}
