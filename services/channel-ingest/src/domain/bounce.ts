import {
  addressIn,
  statusCode,
  type BouncedRecipient,
  type ReportPart,
  type ReportSigns,
} from './bounced-recipient.ts';
import { headersIn, mediaType } from './mail-fields.ts';
import { messageIdsIn, type MailHeaders } from './mail-thread.ts';
import { textualBounce } from './textual-bounce.ts';

/** The report of a mail server that it could not, or not yet, deliver a mail. */
export interface Bounce {
  /** Message-ID of the mail that was sent, without its brackets; null when the report does not name it. */
  readonly originalMessageId: string | null;
  readonly recipients: readonly BouncedRecipient[];
}

const maxRecipients = 100;
const maxDiagnostic = 500;

/**
 * What a delivery report says; null when the mail is none, or reports success. Reads the standard form, and those of
 * qmail, Exim, old Exchange and others that say it in words. A stranger can write such a mail: what it says counts only
 * where `originalMessageId` is that of a mail that was sent to the recipient.
 * Source: RFC 3464, RFC 3461 §6.3, RFC 6533; X-Failed-Recipients of Exim; the QSBMF of qmail.
 */
export function readBounce(signs: ReportSigns): Bounce | null {
  const statuses = signs.parts.filter(({ type }) => statusTypes.has(type));
  const recipients =
    statuses.length > 0 ? statuses.flatMap(({ text }) => recipientsOf(text)) : textualBounce(signs);
  if (recipients === null || recipients.length === 0) {
    return statuses.length === 0 && isReportType(signs.headers)
      ? { originalMessageId: originalId(signs), recipients: [unknownRecipient] }
      : null;
  }
  return { originalMessageId: originalId(signs), recipients: recipients.slice(0, maxRecipients) };
}

const statusTypes = new Set(['message/delivery-status', 'message/global-delivery-status']);
const headerTypes = new Set([
  'text/rfc822-headers',
  'message/global-headers',
  'message/rfc822',
  'message/global',
]);

const unknownRecipient: BouncedRecipient = {
  recipient: null,
  status: null,
  action: 'FAILED',
  permanent: false,
  diagnostic: null,
};

function isReportType(headers: MailHeaders): boolean {
  const { type, params } = mediaType(headers.get('content-type')?.[0] ?? '');
  return type === 'multipart/report' && params.get('report-type')?.toLowerCase() === 'delivery-status';
}

/** The groups of fields of a delivery status: the first is of the mail, each further one of a recipient. */
function recipientsOf(text: string): BouncedRecipient[] {
  const groups: string[][] = [[]];
  for (const line of text.split('\n')) {
    if (line.trim() !== '') groups.at(-1)?.push(line);
    else if (groups.at(-1)?.length !== 0) {
      if (groups.length > maxRecipients + 1) break;
      groups.push([]);
    }
  }
  return groups.map((lines) => headersIn(lines.join('\n'))).flatMap((group) => recipientOf(group) ?? []);
}

function recipientOf(group: MailHeaders): BouncedRecipient | null {
  const action = typed(group, 'action').toLowerCase().split(' ', 1)[0] ?? '';
  const address = typed(group, 'final-recipient') || typed(group, 'original-recipient');
  if (address === '' && action === '') return null;
  const status = statusCode(typed(group, 'status')) ?? statusCode(typed(group, 'diagnostic-code'));
  const delayed = action === 'delayed' || (action === '' && status?.startsWith('4') === true);
  const failed = action === 'failed' || (action === '' && status?.startsWith('5') === true);
  if (!delayed && !failed) return null;
  return {
    recipient: addressIn(address),
    original: addressIn(typed(group, 'original-recipient')),
    status,
    action: delayed ? 'DELAYED' : 'FAILED',
    // Servers that give up on a mailbox that is full or a host that is away say 4.x.x: the address may be good again.
    permanent: failed && !(status ?? '5').startsWith('4'),
    diagnostic: typed(group, 'diagnostic-code').slice(0, maxDiagnostic) || null,
  };
}

/** A field's value without the type before its semicolon: `rfc822; ada@example.org`. */
function typed(group: MailHeaders, name: string): string {
  const value = group.get(name)?.[0] ?? '';
  const semicolon = value.indexOf(';');
  const type = value.slice(0, Math.max(semicolon, 0)).trim();
  return (semicolon > 0 && /^[A-Za-z0-9-]{1,30}$/.test(type) ? value.slice(semicolon + 1) : value).trim();
}

/** The id of the mail that was sent: from its headers in the report; else the one that the report answers. */
function originalId({ headers, parts }: ReportSigns): string | null {
  for (const { type, text } of parts) {
    if (!headerTypes.has(type)) continue;
    const ids = messageIdsIn(headersIn(headBlock(text)).get('message-id') ?? []);
    if (ids[0] !== undefined) return ids[0];
  }
  return idInText(parts) ?? answered(headers);
}

function headBlock(text: string): string {
  const end = /\r?\n\r?\n/.exec(text.trimStart());
  return end === null ? text : text.trimStart().slice(0, end.index);
}

/** In a report in words the mail stands below it, as text. */
function idInText(parts: readonly ReportPart[]): string | null {
  for (const { type, text } of parts) {
    if (type !== 'text/plain') continue;
    for (const line of text.split('\n')) {
      if (!/^[>|\s]{0,4}message-id\s{0,4}:/i.test(line)) continue;
      const [id] = messageIdsIn([line]);
      if (id !== undefined) return id;
    }
  }
  return null;
}

function answered(headers: MailHeaders): string | null {
  const named = [...(headers.get('references') ?? []), ...(headers.get('in-reply-to') ?? [])];
  return messageIdsIn(named).at(-1) ?? null;
}
