import { comparableAddress } from './mail-address.ts';
import { splitOutside, unquoted } from './mail-fields.ts';
import { ownMessageId, type MailHeaders } from './mail-thread.ts';
import { outOfOfficeSubject } from './out-of-office.ts';

/**
 * What kind of machine wrote a mail. AUTO_REPLY: an answer that no person wrote. BULK: to many at once, by a list or a
 * sender of newsletters. BOUNCE: what became of a mail of ours. OWN: a mail of ours that came back. SYSTEM: any other.
 */
export type AutomaticKind = 'AUTO_REPLY' | 'BULK' | 'BOUNCE' | 'OWN' | 'SYSTEM';

export interface AutomaticMail {
  readonly kind: AutomaticKind;
  /** What shows it, in words. */
  readonly reason: string;
}

/** What this workspace's own mail looks like. */
export interface OwnMail {
  /** The addresses of its channels, in lower case, domains in their ASCII form. */
  readonly addresses: ReadonlySet<string>;
  /** Domains in its Message-IDs, in lower case and their ASCII form. */
  readonly idDomains: ReadonlySet<string>;
  /** Whether a Message-ID, with or without brackets, is that of an answer of the workspace. */
  readonly isAnswerId: (messageId: string) => boolean;
}

/** By what a workspace with these mailboxes knows its own mail. */
export function ownMailOf(
  mailboxes: readonly string[],
  isAnswerId: OwnMail['isAnswerId'] = () => false,
): OwnMail {
  const addresses = mailboxes.map(comparableAddress);
  const domains = addresses.map((address) => address.slice(address.lastIndexOf('@') + 1));
  return { addresses: new Set(addresses), idDomains: new Set(domains), isAnswerId };
}

/** What X-Loop says in every mail that a machine of ours sends; mail of persons has none. */
export const machineMark = 'smart-tickets';

/** What a mail shows of who wrote it. */
export interface MailSigns {
  readonly headers: MailHeaders;
  /** The address of the sender, in lower case. */
  readonly from: string;
  readonly subject: string;
  /** Whether it reports that a mail was not, or not yet, delivered. */
  readonly isBounce: boolean;
  /** Whether the channel's mail server vouches for the sender: a forged one may well be an address of our own. */
  readonly trusted?: boolean;
}

/**
 * Which kind of machine wrote a mail, and what shows it; null for a mail of a person. Such mail is put on a ticket, but
 * changes no status and is never answered by a machine. Of mail from an address of our own, only what a person wrote from
 * that mailbox, and its mail server vouches for, is a person's: all else is our own that came back. A mail that a list of the channel's own address hands on is the
 * mail of the person who wrote to the list.
 * Source: RFC 3834 §5, RFC 2919, RFC 2369; the headers that Zammad, FreeScout and LiveAgent look at; [MS-OXCMAIL]
 * §2.2.3.2.14 for X-Auto-Response-Suppress.
 */
export function automaticMail(signs: MailSigns, own: OwnMail): AutomaticMail | null {
  const { headers, from } = signs;
  if (signs.isBounce) return { kind: 'BOUNCE', reason: 'A report on a mail that was not delivered.' };
  const comeBack = ownMail(signs, own);
  if (comeBack !== null) return comeBack;
  if (keyword(headers, 'auto-submitted') === 'no') return null;
  const machine =
    autoReply(signs) ?? bulk(headers, own) ?? system(headers) ?? machineName(from) ?? emptyEnvelope(headers);
  return machine !== null && isOwnAddress(from, own) ? { ...machine, kind: 'OWN' } : machine;
}

/** Whether an address is one of the workspace's mailboxes. */
export function isOwnAddress(address: string, own: OwnMail): boolean {
  return own.addresses.has(comparableAddress(address));
}

function first(headers: MailHeaders, name: string): string {
  return (headers.get(name)?.[0] ?? '').trim();
}

/** The first word of a value, in lower case, without comments and parameters. */
function keyword(headers: MailHeaders, name: string): string {
  const value = unquoted(first(headers, name).slice(0, maxValue)).toLowerCase();
  return value.split(';', 1)[0]?.trim() ?? '';
}

const maxValue = 1_000;

/** A reason as a header shows it: its name and what it says, if that is short. */
function shows(kind: AutomaticKind, headers: MailHeaders, name: string): AutomaticMail {
  const label = name.replaceAll(/(^|-)[a-z]/g, (part) => part.toUpperCase());
  return { kind, reason: `${label}: ${first(headers, name).slice(0, 100)}`.trim() };
}

function ownMail({ headers, from, trusted }: MailSigns, own: OwnMail): AutomaticMail | null {
  const id = ownMessageId(headers) ?? '';
  if (own.isAnswerId(id)) return { kind: 'OWN', reason: 'Its Message-ID is that of an answer of ours.' };
  const marked = (headers.get('x-loop') ?? []).some((value) => value.trim().toLowerCase() === machineMark);
  if (isOwnAddress(from, own) && (marked || trusted !== true))
    return { kind: 'OWN', reason: `From ${from}, an address of our own.` };
  const domain = id
    .slice(id.lastIndexOf('@') + 1)
    .replace(/>$/, '')
    .toLowerCase();
  return marked && own.idDomains.has(domain) ? shows('OWN', headers, 'message-id') : null;
}

const replyHeaders = [
  'x-autoreply',
  'x-autoreply-from',
  'x-autorespond',
  'x-autoresponder',
  'x-mail-autoreply',
];

/** Which answers of machines the sender does not want, in lower case. */
function suppressed(headers: MailHeaders): string[] {
  return splitOutside(first(headers, 'x-auto-response-suppress').toLowerCase(), ',', 10);
}

function autoReply({ headers, subject }: MailSigns): AutomaticMail | null {
  if (keyword(headers, 'auto-submitted') === 'auto-replied')
    return shows('AUTO_REPLY', headers, 'auto-submitted');
  for (const name of replyHeaders) {
    if (headers.has(name) && keyword(headers, name) !== 'no') return shows('AUTO_REPLY', headers, name);
  }
  for (const name of ['precedence', 'x-precedence']) {
    if (/^auto[_-]reply$/.test(keyword(headers, name))) return shows('AUTO_REPLY', headers, name);
  }
  if (/autorespond/i.test(first(headers, 'delivered-to').slice(0, maxValue)))
    return shows('AUTO_REPLY', headers, 'delivered-to');
  // A rule of an inbox both redirects the mail of persons and answers it; only its answers suppress all others.
  if (headers.has('x-ms-exchange-inbox-rules-loop') && suppressed(headers).includes('all'))
    return shows('AUTO_REPLY', headers, 'x-ms-exchange-inbox-rules-loop');
  const answers = headers.has('in-reply-to') || headers.has('references');
  return outOfOfficeSubject(subject, answers || first(headers, 'return-path') === '<>')
    ? { kind: 'AUTO_REPLY', reason: `Subject: ${subject.slice(0, 100)}` }
    : null;
}

const listHeaders = ['list-id', 'list-post', 'list-unsubscribe', 'list-help', 'list-owner', 'x-mailing-list'];

function bulk(headers: MailHeaders, own: OwnMail): AutomaticMail | null {
  const list = isOwnList(headers, own);
  for (const name of ['precedence', 'x-precedence']) {
    const said = keyword(headers, name);
    if (said === 'bulk' || said === 'junk' || (said === 'list' && !list)) return shows('BULK', headers, name);
  }
  const named = list ? undefined : listHeaders.find((name) => headers.has(name));
  return named === undefined ? null : shows('BULK', headers, named);
}

/** Whether the mail's list is the mailbox itself: a group whose address customers write to. */
export function isOwnList(headers: MailHeaders, own: OwnMail): boolean {
  const post = first(headers, 'list-post').slice(0, maxValue).toLowerCase();
  const id = first(headers, 'list-id').slice(0, maxValue).toLowerCase();
  const name = id.slice(id.lastIndexOf('<') + 1).replace(/>$/, '');
  return [...own.addresses].some(
    (address) => post.includes(`mailto:${address}>`) || (name !== '' && name === address.replace('@', '.')),
  );
}

function system(headers: MailHeaders): AutomaticMail | null {
  // "no" has ended it before; auto-generated, auto-notified and what others invent are all a machine's.
  if (keyword(headers, 'auto-submitted') !== '') return shows('SYSTEM', headers, 'auto-submitted');
  if (suppressed(headers).some((what) => ['all', 'oof', 'autoreply'].includes(what)))
    return shows('SYSTEM', headers, 'x-auto-response-suppress');
  if (headers.has('x-loop')) return shows('SYSTEM', headers, 'x-loop');
  // Read receipts and reports of abuse are a machine's as well.
  const type = first(headers, 'content-type').slice(0, maxValue).toLowerCase();
  return type.startsWith('multipart/report')
    ? { kind: 'SYSTEM', reason: 'Content-Type: multipart/report' }
    : null;
}

const machineNames = new Set(['mailerdaemon', 'postmaster', 'abuse', 'root', 'autoreply', 'autoresponder']);
/** What addresses begin with that nobody reads, without what stands between the words. */
const deaf = [
  'noreply',
  'donotreply',
  'dontreply',
  'nepasrepondre',
  'nichtantworten',
  'keineantwort',
  'noresponder',
  'nonrispondere',
  'naoresponda',
];

function machineName(from: string): AutomaticMail | null {
  const local = from.slice(0, from.indexOf('@')).split('+', 1).join('').replaceAll(/[-_.]/g, '');
  return machineNames.has(local) || deaf.some((word) => local.startsWith(word))
    ? { kind: 'SYSTEM', reason: `From ${from}` }
    : null;
}

function emptyEnvelope(headers: MailHeaders): AutomaticMail | null {
  return first(headers, 'return-path') === '<>' ? shows('SYSTEM', headers, 'return-path') : null;
}
