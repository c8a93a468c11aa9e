import { withoutEnding } from './lines.ts';

const fromWord = Buffer.from('From ');
const fieldLine = /^[!-9;-~]+[ \t]*:/;
/** `From sender … 08:30:04 … 2002`: what every mbox writer puts there, whatever else it adds. Source: RFC 4155. */
const envelopeDate = /\d{1,2}:\d{2}.*\b\d{4}\b|\b\d{4}\b.*\d{1,2}:\d{2}/;
const mailField =
  /^(from|to|cc|bcc|subject|date|received|return-path|message-id|delivered-to|envelope-to|sender|reply-to|in-reply-to|references|mime-version|content-type|status|x-[!-9;-~]+)[ \t]*:/i;

/** How much of a file's beginning is enough to tell what it is, in bytes. */
export const headBytes = 65_536;

/** Whether the line begins with the five bytes that separate mails in an mbox. */
export function beginsWithFrom(line: Buffer): boolean {
  return line.length >= fromWord.length && line.subarray(0, fromWord.length).equals(fromWord);
}

/** Whether a `From ` line carries a time and a year, as the separators of mboxes do and sentences hardly ever. */
export function isDatedEnvelope(line: Buffer): boolean {
  return beginsWithFrom(line) && envelopeDate.test(withoutEnding(line).toString('latin1'));
}

/** Whether the line could be a header field. Source: RFC 5322 §2.2. */
export function isFieldLine(line: Buffer): boolean {
  return fieldLine.test(line.toString('latin1'));
}

/**
 * Whether bytes begin as a mail does: with a block of header fields of which at least one is a field of mail
 * (so that `key: value` files of other kinds are not taken for mails).
 */
export function looksLikeMail(head: Buffer): boolean {
  let known = false;
  for (const [nth, line] of linesOf(head).entries()) {
    if (line === '') return known;
    const folded = nth > 0 && /^[ \t]/.test(line);
    // A `>From ` line among the headers is what some mail stores leave behind; nothing else may stand there.
    if (!folded && !fieldLine.test(line) && !line.startsWith('>From ')) return known && nth > 2;
    known ||= mailField.test(line);
  }
  return known;
}

/** Whether bytes begin as an mbox does: a `From ` line that is dated, or that a mail follows. */
export function looksLikeMbox(head: Buffer): boolean {
  if (!beginsWithFrom(head)) return false;
  const first = firstLine(head);
  return isDatedEnvelope(first) || looksLikeMail(head.subarray(first.length));
}

/** The first line with its ending; all of it when there is no line feed. */
export function firstLine(bytes: Buffer): Buffer {
  const end = bytes.indexOf(0x0a);
  return end === -1 ? bytes : bytes.subarray(0, end + 1);
}

function linesOf(head: Buffer): string[] {
  return head
    .subarray(0, headBytes)
    .toString('latin1')
    .split('\n')
    .map((line) => line.replace(/\r$/, ''));
}
