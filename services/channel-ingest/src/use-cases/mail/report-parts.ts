import { storable } from '@smart-tickets/kit/text';
import type { ReportPart } from '../../domain/bounced-recipient.ts';
import type { MailPart } from '../../domain/mail-structure.ts';

/** Parts that a delivery report is made of; of plain text the first one counts. */
const reportTypes = new Set([
  'message/delivery-status',
  'message/global-delivery-status',
  'text/rfc822-headers',
  'message/global-headers',
  'message/rfc822',
  'message/global',
]);
const maxParts = 20;
const maxPartBytes = 65_536;

/**
 * The parts of a mail that can be part of a delivery report, decoded; of each at most its first 64 KiB. A report that somebody
 * has attached is not the mail's own: what lies within a mail in the mail does not count.
 */
export function reportParts(raw: Buffer, parts: readonly MailPart[]): ReportPart[] {
  const mails = parts.filter(({ type }) => type === 'message/rfc822' || type === 'message/global');
  const own = parts.filter(
    ({ headerStart }) => !mails.some((mail) => headerStart >= mail.bodyStart && headerStart < mail.end),
  );
  const words = own.find(({ type }) => type === 'text/plain');
  return own
    .filter((part) => part === words || reportTypes.has(part.type))
    .slice(0, maxParts)
    .map((part) => ({ type: part.type, text: storable(decoded(raw, part)) }));
}

function decoded(raw: Buffer, { bodyStart, end, encoding }: MailPart): string {
  const body = raw.subarray(bodyStart, Math.min(end, bodyStart + maxPartBytes));
  if (encoding === 'base64') return Buffer.from(body.toString('latin1'), 'base64').toString('utf8');
  return encoding === 'quoted-printable' ? unescaped(body).toString('utf8') : body.toString('utf8');
}

/** Source: RFC 2045 §6.7. */
function unescaped(body: Buffer): Buffer {
  const text = body
    .toString('latin1')
    .replaceAll(/=\r?\n/g, '')
    .replaceAll(/=([0-9A-Fa-f]{2})/g, (_match, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(text, 'latin1');
}
