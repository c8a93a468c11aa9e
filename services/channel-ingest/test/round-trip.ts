import type { AnswerGiven, NormalisedMessage } from '@smart-tickets/contracts';
import { newId } from '@smart-tickets/kit/ids';
import MailComposer from 'nodemailer/lib/mail-composer/index.js';
import { ownMailOf } from '../src/domain/automatic-mail.ts';
import type { OutboundContent } from '../src/domain/delivery.ts';
import { AnswerIds } from '../src/use-cases/answer-ids.ts';
import { composeAnswer, type AnswerToCompose } from '../src/use-cases/compose-answer.ts';
import { parseMail, type MailContext } from '../src/use-cases/mail/parse-mail.ts';

export const receivedAt = '2026-03-02T12:00:00.000Z';
export const workspaceId = newId();
export const ids = new AnswerIds('a key of at least thirty-two characters');
/** By what it knows its answers. */
export const marks: MailContext['marks'] = {
  ofMessageId: (id) => ids.ofMessageId(workspaceId, id),
  ofAddress: (address) => ids.ofAddress(workspaceId, address),
  ofToken: (token) => ids.ofToken(workspaceId, token),
};
/** By what the workspace knows its own mail. */
export const own = ownMailOf(
  ['support@example.com', 'info@bücher.example'],
  (id) => marks.ofMessageId(id) !== null,
);

/** An agent's answer. */
export function answerOf(parts: Partial<AnswerGiven> = {}): AnswerGiven {
  return {
    messageId: newId(),
    ticketId: newId(),
    ticketNumber: 7,
    channelId: null,
    channelKind: 'EMAIL',
    teamId: null,
    subject: 'Printer on fire',
    text: 'We are on it.',
    html: null,
    language: null,
    to: ['ada@example.org'],
    cc: [],
    attachments: [],
    customerId: null,
    customerName: 'Ada',
    author: { type: 'AGENT', id: newId(), name: 'Bo' },
    automatic: false,
    answersMessageId: null,
    followsMessageId: null,
    sentAt: receivedAt,
    ...parts,
  };
}

type Settings = AnswerToCompose['channel']['settings'];

/** What a connector sends of an answer, by support@example.com unless told otherwise. */
export function compose(
  parts: Partial<Omit<AnswerToCompose, 'channel'>> & {
    readonly address?: string;
    readonly settings?: Partial<Settings>;
  } = {},
): OutboundContent {
  const { address = 'support@example.com', settings, ...rest } = parts;
  const all = { signature: {}, template: {}, fromName: 'Support', plusAddressing: true, ...settings };
  return composeAnswer(ids, {
    workspaceId,
    answer: answerOf(),
    channel: { kind: 'EMAIL', address, settings: all },
    answered: null,
    earlierIds: [],
    ratingUrl: null,
    ...rest,
  }).content;
}

/** The mail as a connector sends it. */
export async function sent(content: OutboundContent): Promise<Buffer> {
  return new MailComposer({
    headers: Object.entries(content.headers).map(([key, value]) => ({ key, value })),
    messageId: content.headers['Message-ID'] ?? '',
    subject: content.subject ?? '',
    text: content.text,
  })
    .compile()
    .build();
}

/** By what a mail points to others, as it is read. */
export async function received(
  raw: Buffer,
  context: Partial<MailContext> = {},
): Promise<
  NormalisedMessage['thread'] & {
    readonly tokens: readonly string[];
    readonly subjectNumber: number | null;
    readonly to: readonly string[];
  }
> {
  const result = await parseMail(raw, receivedAt, { own, marks, ...context });
  if (!result.ok) throw new Error(result.error);
  const { thread, tokens, subjectNumber, to } = result.value.content;
  return { ...thread, tokens, subjectNumber, to };
}
