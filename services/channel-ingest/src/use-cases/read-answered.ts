import type { Tx } from '@smart-tickets/kit/postgres';
import { simpleParser } from 'mailparser';
import { z } from 'zod';
import type { AnsweredMessage } from '../domain/answer-mail.ts';
import { mailBounds } from '../domain/mail-structure.ts';
import { messageIdsIn, ownMessageId, type MailHeaders } from '../domain/mail-thread.ts';
import { answeredRaw } from '../persistence/answered-store.ts';
import { headersOf } from './mail/mail-headers.ts';

const storedShape = z.object({
  threadId: z.string().nullish(),
  subject: z.string().nullish(),
});

/**
 * What an answer needs of the message that it answers, read anew from its raw form, or as it was read before that was deleted;
 * null when it was erased, or never came in here. A raw form that cannot be read gives an answer without a chain, never an
 * error.
 */
export async function readAnswered(tx: Tx, messageId: string): Promise<AnsweredMessage | null> {
  const found = await answeredRaw(tx, messageId, mailBounds.headerBytes);
  if (found === null) return null;
  if (found.raw === null) return found.answered;
  return found.format === 'MAIL' ? answeredMail(found.raw) : answeredJson(found.raw);
}

/** What an answer needs of a mail, from the mail's header. */
export async function answeredMail(raw: Buffer): Promise<AnsweredMessage> {
  const mail = await simpleParser(headOf(raw));
  const headers = headersOf(mail);
  const named = messageIdsIn(headers.get('references') ?? []);
  return {
    subject: mail.subject ?? null,
    messageId: ownMessageId(headers),
    references: named.length > 0 ? named : messageIdsIn(headers.get('in-reply-to') ?? []).slice(0, 1),
    threadTopic: await decodedTopic(first(headers, 'thread-topic')),
    threadIndex: first(headers, 'thread-index'),
    threadKey: null,
  };
}

function answeredJson(raw: Buffer): AnsweredMessage {
  const empty = { messageId: null, references: [], threadTopic: null, threadIndex: null };
  let stored: z.infer<typeof storedShape> = {};
  try {
    stored = storedShape.safeParse(JSON.parse(raw.toString('utf8'))).data ?? {};
  } catch {
    // Nothing is known of it then.
  }
  return { ...empty, subject: stored.subject ?? null, threadKey: stored.threadId ?? null };
}

/** A mail's header with the empty line after it. */
function headOf(raw: Buffer): Buffer {
  const crlf = raw.indexOf('\r\n\r\n');
  const lf = raw.indexOf('\n\n');
  if (crlf !== -1 && (lf === -1 || crlf < lf)) return raw.subarray(0, crlf + 4);
  return lf === -1 ? Buffer.concat([raw, Buffer.from('\r\n\r\n')]) : raw.subarray(0, lf + 2);
}

/** Only of a subject are encoded words decoded. */
async function decodedTopic(value: string | null): Promise<string | null> {
  if (value?.includes('=?') !== true) return value;
  return (await simpleParser(`Subject: ${value}\r\n\r\n`)).subject ?? null;
}

function first(headers: MailHeaders, name: string): string | null {
  return headers.get(name)?.[0] ?? null;
}
