import type { NormalisedMessage } from '@smart-tickets/contracts';
import { err, ok, type Result } from '@smart-tickets/kit/result';
import { clip, storable } from '@smart-tickets/kit/text';
import { simpleParser, type AddressObject, type ParsedMail } from 'mailparser';
import { createHash } from 'node:crypto';
import { detect } from 'tinyld';
import { isAutomatic, isDeliveryReport } from '../../domain/automatic-mail.ts';
import { normaliseEmail } from '../../domain/author.ts';
import { mailThread, type MailHeaders } from '../../domain/mail-thread.ts';
import { withoutQuotedHistory } from '../../domain/quoted-history.ts';
import { cleanHtml, textOfHtml } from './html.ts';

/** What is read from a mail. */
export interface ReadMail {
  readonly content: Omit<NormalisedMessage, 'messageId' | 'channelId' | 'channelKind' | 'channelTeamId'>;
  /** Hash of who said what when: the same mail that came another way has the same. */
  readonly digest: string;
}

const maxTextLength = 1_000_000;
const maxSubjectLength = 1_000;
const maxAddresses = 100;

/**
 * Reads a mail. An error result is the reason, in words, why it cannot become a message; the raw mail is kept.
 * Faulty MIME and unknown charsets are read as far as they can be.
 */
export async function parseMail(raw: Buffer, receivedAt: string): Promise<Result<ReadMail, string>> {
  let mail: ParsedMail;
  try {
    mail = await simpleParser(raw, {
      skipHtmlToText: true,
      skipTextToHtml: true,
      skipImageLinks: true,
      skipTextLinks: true,
    });
  } catch (error) {
    return err(`The mail cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
  const headers = headersOf(mail);
  if (headers.size === 0) return err('This is no mail: it has no headers.');
  const sender = senderOf(mail, headers);
  if (sender === null) return err('The mail has no sender that could be answered.');
  const thread = mailThread(headers, addressesOf(mail, sender.address));
  if (isDeliveryReport(headers) && thread.inReplyTo.length + thread.references.length === 0) {
    return err('A delivery report of a mail server.');
  }
  const { text, html } = bodyOf(mail);
  const subject = clip(
    storable(mail.subject ?? '')
      .replaceAll(/\s+/g, ' ')
      .trim(),
    maxSubjectLength,
  );
  const content = {
    from: { name: sender.name, identities: [{ kind: 'EMAIL' as const, value: sender.address }] },
    to: addressList(mail.to),
    cc: addressList(mail.cc),
    subject,
    text,
    html,
    language: languageOf(`${subject}\n${text}`),
    automatic: isAutomatic(headers, sender.address),
    sentAt: sentAtOf(mail, receivedAt),
    thread,
  };
  const digest = createHash('sha256')
    .update(JSON.stringify([sender.address, subject, headers.get('date')?.[0] ?? '', text, html]))
    .digest('base64url');
  return ok({ content, digest });
}

function headersOf(mail: ParsedMail): MailHeaders {
  const headers = new Map<string, string[]>();
  for (const { key, line } of mail.headerLines) {
    const unfolded = line.slice(line.indexOf(':') + 1).replaceAll(/\r?\n[ \t]+/g, ' ');
    const value = storable(unfolded).trim();
    if (!line.includes(':') || key.includes(' ')) continue;
    headers.set(key, [...(headers.get(key) ?? []), value]);
  }
  return headers;
}

interface Sender {
  readonly address: string;
  readonly name: string | null;
}

function firstAddress(list: AddressObject | AddressObject[] | undefined): Sender | null {
  for (const object of list === undefined ? [] : [list].flat()) {
    for (const entry of object.value) {
      for (const { address, name } of entry.group ?? [entry]) {
        const email = normaliseEmail(storable(address ?? ''));
        if (email !== null) return { address: email, name: clip(storable(name ?? '').trim(), 200) || null };
      }
    }
  }
  return null;
}

/** Who wrote the mail: From; where that names no address, Reply-To, Sender or the envelope's Return-Path. */
function senderOf(mail: ParsedMail, headers: MailHeaders): Sender | null {
  const named = firstAddress(mail.from) ?? firstAddress(mail.replyTo);
  if (named !== null) return named;
  for (const name of ['sender', 'return-path', 'from']) {
    const value = headers.get(name)?.[0]?.slice(0, 2_000) ?? '';
    const found = normaliseEmail(storable(/[^\s<>",;:()]+@[^\s<>",;:()]+/.exec(value)?.[0] ?? ''));
    if (found !== null) return { address: found, name: null };
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

function bodyOf(mail: ParsedMail): { text: string; html: string | null } {
  const rawHtml = typeof mail.html === 'string' && mail.html.trim() !== '' ? mail.html : null;
  const plain = (mail.text ?? '').trim();
  const whole = plain !== '' || rawHtml === null ? plain : textOfHtml(rawHtml);
  return {
    text: withoutQuotedHistory(storable(clip(whole, maxTextLength))),
    html: rawHtml === null ? null : storable(cleanHtml(rawHtml) ?? '') || null,
  };
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
