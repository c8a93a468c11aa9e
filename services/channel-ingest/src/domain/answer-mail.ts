import type { AnswerGiven } from '@smart-tickets/contracts';
import { machineMark } from './automatic-mail.ts';
import { headerAddress, headerText, namedAddress } from './mail-address.ts';

/** What an answer needs of the message that it answers. */
export interface AnsweredMessage {
  /** Decoded; null when it has none. */
  readonly subject: string | null;
  /** The mail's own Message-ID without brackets; null when it has none, or is no mail. */
  readonly messageId: string | null;
  /** The ids of its References, or of its In-Reply-To where it has no other, oldest first. */
  readonly references: readonly string[];
  /** Outlook's Thread-Topic and Thread-Index. */
  readonly threadTopic: string | null;
  readonly threadIndex: string | null;
  /** The platform's own conversation id; null for mail. */
  readonly threadKey: string | null;
}

/** What the headers of an answer are made of. */
export interface AnswerMail {
  readonly answer: Pick<AnswerGiven, 'to' | 'cc' | 'automatic' | 'sentAt'>;
  /** Without brackets. */
  readonly messageId: string;
  /** The mailbox, and its name as recipients see it; null where the connector knows better. */
  readonly from: string | null;
  readonly fromName: string | null;
  readonly replyTo: string | null;
  readonly answered: AnsweredMessage | null;
  /** Message-IDs of the ticket's earlier answers, oldest first, without brackets. */
  readonly earlierIds: readonly string[];
}

const maxReferences = 20;

/**
 * The headers of an answer by mail: values are unfolded and not encoded, one line each, whatever they are made of. What a
 * machine wrote says so, for other machines not to answer; what a person wrote says nothing of the kind.
 * Source: RFC 5322 §3.6, RFC 3834 §5, [MS-OXCMAIL] §2.2.3.2.14, [MS-OXOMSG] §2.2.1.3.
 */
export function answerHeaders(mail: AnswerMail): Record<string, string> {
  const { answer, answered, replyTo } = mail;
  const from = mail.from === null ? null : headerAddress(mail.from);
  const parent = usableIds([answered?.messageId ?? null])[0] ?? usableIds(mail.earlierIds).at(-1);
  const references = referencesOf(mail, parent);
  const headers: [string, string | null][] = [
    ['From', from === null ? null : namedAddress(mail.fromName, from)],
    ['To', addressList(answer.to)],
    ['Cc', addressList(answer.cc)],
    ['Reply-To', replyTo === null ? null : headerAddress(replyTo)],
    ['Date', new Date(answer.sentAt).toUTCString().replace(/GMT$/, '+0000')],
    ['Message-ID', `<${mail.messageId}>`],
    ['In-Reply-To', parent === undefined ? null : `<${parent}>`],
    ['References', references.length === 0 ? null : references.map((id) => `<${id}>`).join(' ')],
    ['Thread-Topic', headerText(answered?.threadTopic ?? '') || null],
    ['Thread-Index', threadIndex(answered?.threadIndex ?? null)],
    ...(answer.automatic ? machineHeaders : []),
  ];
  return Object.fromEntries(headers.filter((header): header is [string, string] => header[1] !== null));
}

const machineHeaders: [string, string][] = [
  ['Auto-Submitted', 'auto-generated'],
  ['X-Auto-Response-Suppress', 'All'],
  ['Precedence', 'bulk'],
  ['X-Loop', machineMark],
];

function addressList(addresses: readonly string[]): string | null {
  return addresses.flatMap((address) => headerAddress(address.trim()) ?? []).join(', ') || null;
}

/** The chain of the mail that is answered with our own answers in it, that mail last; of a long one its first and newest. */
function referencesOf({ answered, earlierIds, messageId }: AnswerMail, parent: string | undefined): string[] {
  const chain = usableIds([...(answered?.references ?? []), ...earlierIds]);
  const ids = [...new Set(chain)].filter((id) => id !== parent && id !== messageId);
  if (parent !== undefined) ids.push(parent);
  const [first] = ids;
  return first === undefined || ids.length <= maxReferences ? ids : [first, ...ids.slice(1 - maxReferences)];
}

/** Ids that a header can hold unencoded. */
function usableIds(ids: readonly (string | null)[]): string[] {
  return ids.flatMap((id) => (id !== null && /^[\x21-\x3b=\x3f-\x7e]{1,600}$/.test(id) ? [id] : []));
}

function threadIndex(value: string | null): string | null {
  const compact = (value ?? '').replaceAll(/\s+/g, '');
  return /^[A-Za-z0-9+/]{20,1000}={0,2}$/.test(compact) ? compact : null;
}
