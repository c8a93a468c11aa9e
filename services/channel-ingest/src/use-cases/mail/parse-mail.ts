import { answerKey, type NormalisedMessage, type SenderTrust } from '@smart-tickets/contracts';
import { cleanHtml, isModestHtml } from '@smart-tickets/kit/html';
import { err, ok, type Result } from '@smart-tickets/kit/result';
import { clip, storable } from '@smart-tickets/kit/text';
import { simpleParser, type AddressObject, type ParsedMail } from 'mailparser';
import { createHash } from 'node:crypto';
import { detect } from 'tinyld';
import {
  automaticMail,
  isOwnAddress,
  ownMailOf,
  type AutomaticMail,
  type OwnMail,
} from '../../domain/automatic-mail.ts';
import { normaliseEmail } from '../../domain/author.ts';
import { readBounce, type Bounce } from '../../domain/bounce.ts';
import type { Envelope } from '../../domain/inbound-message.ts';
import { comparableAddress, withoutPlus } from '../../domain/mail-address.ts';
import { marksInText, tokensIn, type AnswerMarks } from '../../domain/mail-marks.ts';
import { cutLongTexts } from '../../domain/long-text.ts';
import { scanMail, type MailPart } from '../../domain/mail-structure.ts';
import { listOf, othersAmong } from '../../domain/mail-company.ts';
import { mailKey, mailThread, type MailHeaders } from '../../domain/mail-thread.ts';
import { cutHtmlHistory, markHistory } from '../../domain/html-history.ts';
import { cutQuotedHistory, isForward } from '../../domain/quoted-history.ts';
import { senderTrust, trustBy, type AuthenticationResults } from '../../domain/sender-trust.ts';
import { subjectNumber } from '../../domain/subject-number.ts';
import { textOfHtml } from './html.ts';
import { filesOf, type MailFile } from './mail-files.ts';
import { headersOf } from './mail-headers.ts';
import { reportParts } from './report-parts.ts';
import { threadMarks } from './thread-marks.ts';

/** What is read from a mail. */
export interface ReadMail {
  /** Files that came with it; `content` leaves its attachments to whoever keeps these. */
  readonly files: readonly MailFile[];
  readonly content: Omit<
    NormalisedMessage,
    'messageId' | 'channelId' | 'channelKind' | 'channelTeamId' | 'scope' | 'strangersJoin'
  >;
  /** Hash of who said what when: the same mail that came another way has the same. */
  readonly digest: string;
  /** Which machine wrote it; null for a person's mail. */
  readonly automatic: AutomaticMail | null;
  /** What it reports of a mail that was sent; null when it is no delivery report. */
  readonly bounce: Bounce | null;
  /** Whether it was written from a mailbox of the workspace's own, as its mail server vouches. */
  readonly fromOwnMailbox: boolean;
}

/** What is known around a mail. */
export interface MailContext {
  /** By what the workspace knows its own mail. */
  readonly own: OwnMail;
  /** By what the workspace knows its answers. */
  readonly marks: AnswerMarks;
  readonly envelope: Envelope | null;
  /** How the mail server of the channel names itself; null where that is not known. */
  readonly mailServer: string | null;
  /** Finds out what DKIM, SPF and DMARC say, for a channel that names no such server; null when that is not known. */
  readonly checkSender: () => Promise<AuthenticationResults | null>;
}

const maxTextLength = 1_000_000;
const maxSubjectLength = 1_000;
const maxAddresses = 100;

/**
 * Reads a mail. An error result is the reason, in words, why it cannot become a message; the raw mail is kept.
 * Faulty MIME and unknown charsets are read as far as they can be; what breaks a bound is refused before it is parsed.
 * Answers of ours that it names, by a Message-ID or by the token in an address, it names by `answerKey`.
 */
export async function parseMail(
  raw: Buffer,
  receivedAt: string,
  context: Partial<MailContext> = {},
): Promise<Result<ReadMail, string>> {
  const parts = scanMail(raw);
  if (!parts.ok) return parts;
  let mail: ParsedMail;
  try {
    mail = await simpleParser(cutLongTexts(raw, parts.value), {
      skipHtmlToText: true,
      skipTextToHtml: true,
      skipImageLinks: true,
      skipTextLinks: true,
    });
  } catch (error) {
    return err(`The mail cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
  const { own = noOwnMail, marks = noMarks, envelope = null, mailServer = null } = context;
  const headers = withEnvelope(headersOf(mail), envelope);
  if (headers.size === 0) return err('This is no mail: it has no headers.');
  const subject = clip(
    storable(mail.subject ?? '')
      .replaceAll(/\s+/g, ' ')
      .trim(),
    maxSubjectLength,
  );
  const author = senderOf(mail, headers, own);
  const bounce = bounceOf(raw, parts.value, headers, author?.address ?? '', subject);
  const sender = author ?? (bounce === null ? null : namelessServer);
  if (sender === null) return err('The mail has no sender that could be answered.');
  const checked = mailServer === null && sender.inFrom ? await context.checkSender?.() : null;
  const trust = trustOf(headers, sender, mailServer, checked ?? null);
  const signs = {
    headers,
    from: sender.address,
    subject,
    isBounce: bounce !== null,
    trusted: trust === 'PASS',
  };
  const automatic = automaticMail(signs, own);
  if (automatic?.kind === 'OWN') return err(`Our own mail came back. ${automatic.reason}`);
  const keyOf = (id: string): string => {
    const answer = marks.ofMessageId(id);
    return answer === null ? mailKey(id) : answerKey(answer);
  };
  const whole = textOf(mail);
  const named = threadOf(mailThread(headers, addressesOf(mail, sender.address), keyOf), bounce, keyOf);
  const tokens = tokensIn(headers, envelope?.to ?? [], marks);
  const quoted = marksInText(whole, marks).filter((key) => !named.references.includes(key));
  if (
    bounce !== null &&
    named.inReplyTo.length + named.references.length + tokens.length + quoted.length === 0
  ) {
    return err('A delivery report of a mail server that does not name the mail it is about.');
  }
  // What is oldest counts least.
  const weakest = [...quoted, ...threadMarks(headers, sender.address, subject)];
  const thread = { ...named, references: [...weakest, ...named.references] };
  const holdsMail = parts.value.some(({ type, depth }) => depth > 0 && type === 'message/rfc822');
  const { text, html } = bodyOf(mail, whole, holdsMail || isForward(subject));
  const [to, cc] = [mail.to, mail.cc].map((list) => addressList(list).map(bareOf(marks)));
  const content = {
    from: {
      name: sender.name,
      identities: [{ kind: 'EMAIL' as const, value: sender.address, verified: !sender.typed }],
    },
    to: to ?? [],
    cc: cc ?? [],
    subject,
    text,
    html,
    language: languageOf(`${subject}\n${text}`),
    automatic: automatic !== null,
    senderTrust: trust,
    sentAt: sentAtOf(mail, receivedAt),
    attachments: [],
    call: null,
    fromAgent: false,
    agentId: null,
    fields: {},
    tokens,
    subjectNumber: subjectNumber(subject),
    others: othersAmong([...(to ?? []), ...(cc ?? [])], own),
    list: listOf(headers, own),
    report: bounce !== null,
    thread,
  };
  const files = filesOf(mail);
  const said = [sender.address, subject, headers.get('date')?.[0] ?? '', text, html];
  const digest = createHash('sha256')
    .update(JSON.stringify([...said, ...files.map(({ file }) => file.sha256)]))
    .digest('base64url');
  const fromOwnMailbox = bounce === null && !sender.typed && isOwnAddress(sender.address, own);
  const read = { ...content, sameMail: sameMailKey(thread.own, digest) };
  return ok({ content: read, files, digest, automatic, bounce, fromOwnMailbox });
}

/** What tells a mail wherever it comes in: two mails may bear one id, and a mail without one is like no other. */
function sameMailKey(own: string | null, digest: string): string | null {
  if (own === null) return null;
  return `same:${createHash('sha256').update(`${own}\n${digest}`).digest('base64url')}`;
}

const noOwnMail = ownMailOf([]);
const noMarks: AnswerMarks = { ofMessageId: () => null, ofAddress: () => null, ofToken: () => null };
/** Some servers sign their reports with no address at all. */
const namelessServer: Sender = {
  address: 'mailer-daemon@unknown.invalid',
  name: null,
  typed: false,
  inFrom: false,
};

function bounceOf(
  raw: Buffer,
  parts: readonly MailPart[],
  headers: MailHeaders,
  from: string,
  subject: string,
): Bounce | null {
  return readBounce({ headers, from, subject, parts: reportParts(raw, parts) });
}

/** The headers as the last mail server would have written them: whom the envelope names is the Return-Path. */
function withEnvelope(headers: MailHeaders, envelope: Envelope | null): MailHeaders {
  if (envelope === null || envelope.from === null || headers.size === 0) return headers;
  return new Map([...headers, ['return-path', [`<${envelope.from}>`]]]);
}

/**
 * What somebody typed into a form nobody vouches for: the form's own mail server sent it. Checks are of From alone; who
 * stands elsewhere in a mail may be anybody.
 */
function trustOf(
  headers: MailHeaders,
  sender: Sender,
  mailServer: string | null,
  checked: AuthenticationResults | null,
): SenderTrust {
  if (sender.typed || !sender.inFrom) return 'NONE';
  if (checked !== null) return trustBy(checked, comparableAddress(sender.address));
  return senderTrust(
    headers.get('authentication-results') ?? [],
    comparableAddress(sender.address),
    mailServer,
  );
}

/** Takes the token of an answer out of an address: whoever answers all is to write to the mailbox, not to the token. */
function bareOf(marks: AnswerMarks): (address: string) => string {
  return (address) => (marks.ofAddress(address) === null ? address : withoutPlus(address));
}

/** A delivery report answers the mail that it is about, whatever its headers say. */
function threadOf(
  thread: NormalisedMessage['thread'],
  bounce: Bounce | null,
  keyOf: (messageId: string) => string,
): NormalisedMessage['thread'] {
  if (bounce === null || bounce.originalMessageId === null) return thread;
  const original = keyOf(bounce.originalMessageId);
  return { ...thread, inReplyTo: [original, ...thread.inReplyTo.filter((key) => key !== original)] };
}

interface Sender {
  readonly address: string;
  readonly name: string | null;
  /** Whether it is what somebody typed into a form, as opposed to the mail's own sender. */
  readonly typed: boolean;
  /** Whether it stands in From. */
  readonly inFrom: boolean;
}

function firstAddress(list: AddressObject | AddressObject[] | undefined): Sender | null {
  for (const object of list === undefined ? [] : [list].flat()) {
    for (const entry of object.value) {
      for (const { address, name } of entry.group ?? [entry]) {
        const email = normaliseEmail(storable(address ?? ''));
        if (email === null) continue;
        return {
          address: email,
          name: clip(storable(name ?? '').trim(), 200) || null,
          typed: false,
          inFrom: true,
        };
      }
    }
  }
  return null;
}

/**
 * Who wrote the mail: From; where that names no address, Reply-To, Sender or the envelope's Return-Path. Forms of web
 * sites write from the mailbox to the mailbox and name the person in Reply-To: anybody may have typed that address.
 */
function senderOf(mail: ParsedMail, headers: MailHeaders, own: OwnMail): Sender | null {
  const from = firstAddress(mail.from);
  const answers = firstAddress(mail.replyTo);
  if (from !== null && answers !== null && isOwnAddress(from.address, own)) {
    // Unless the mailbox itself is to be answered, with or without a token in its address.
    const ours = isOwnAddress(answers.address, own) || isOwnAddress(withoutPlus(answers.address), own);
    if (!ours) return { ...answers, typed: true, inFrom: false };
  }
  if (from !== null) return from;
  if (answers !== null) return { ...answers, inFrom: false };
  for (const name of ['sender', 'return-path', 'from']) {
    const value = headers.get(name)?.[0]?.slice(0, 2_000) ?? '';
    const found = normaliseEmail(storable(/[^\s<>",;:()]+@[^\s<>",;:()]+/.exec(value)?.[0] ?? ''));
    if (found !== null) return { address: found, name: null, typed: false, inFrom: false };
  }
  return null;
}

function addressList(list: AddressObject | AddressObject[] | undefined): string[] {
  return (list === undefined ? [] : [list].flat())
    .flatMap((object) => object.value.flatMap((entry) => entry.group ?? [entry]))
    .map(({ address }) => storable(address ?? '').trim())
    .filter((address) => address !== '')
    .slice(0, maxAddresses);
}

function addressesOf(mail: ParsedMail, sender: string): Set<string> {
  const all = [
    ...addressList(mail.to),
    ...addressList(mail.cc),
    ...addressList(mail.replyTo),
    ...addressList(mail.from),
  ];
  return new Set([sender, ...all.map((address) => address.toLowerCase())]);
}

function rawHtmlOf({ html }: ParsedMail): string | null {
  return typeof html === 'string' && html.trim() !== '' ? html : null;
}

/** All that it says, with its history. */
function textOf(mail: ParsedMail): string {
  const rawHtml = rawHtmlOf(mail);
  const plain = (mail.text ?? '').trim();
  return storable(clip(plain !== '' || rawHtml === null ? plain : textOfHtml(rawHtml), maxTextLength));
}

function bodyOf(mail: ParsedMail, whole: string, forwarded: boolean): { text: string; html: string | null } {
  const rawHtml = rawHtmlOf(mail);
  const { text, quoted } = cutQuotedHistory(whole, { forwarded });
  return { text, html: rawHtml === null ? null : htmlOf(rawHtml, text, quoted) };
}

/** The HTML as it may be shown, null when it is too large; it loses its history where the text has lost it. */
function htmlOf(rawHtml: string, text: string, quoted: boolean): string | null {
  // Before anything is looked for in it.
  if (!isModestHtml(rawHtml)) return null;
  const clean = cleanHtml(quoted ? markHistory(rawHtml) : rawHtml);
  if (clean === null) return null;
  const answersBetween = /^\s*>/m.test(text);
  return (
    storable(quoted ? cutHtmlHistory(clean, answersBetween ? 'CLOSING_QUOTE' : 'HISTORY') : clean) || null
  );
}

const dayMs = 86_400_000;

/** The mail's own date unless it is absurd: before mail was common, or later than a day from when it came. */
function sentAtOf(mail: ParsedMail, receivedAt: string): string {
  const time = mail.date?.getTime() ?? Number.NaN;
  const plausible = time > Date.UTC(1990, 0) && time < Date.parse(receivedAt) + dayMs;
  return new Date(plausible ? time : receivedAt).toISOString();
}

const languageSample = 2_000;
const shortestSample = 20;

/** BCP 47 tag of a text's language; null when the text is too short to tell. */
export function languageOf(text: string): string | null {
  const sample = text.slice(0, languageSample).trim();
  if (sample.length < shortestSample) return null;
  return detect(sample) || null;
}
