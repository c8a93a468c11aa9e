import type { AnswerGiven, ChannelKind } from '@smart-tickets/contracts';
import { answerHeaders, type AnsweredMessage } from '../domain/answer-mail.ts';
import type { OutboundContent } from '../domain/delivery.ts';
import { asciiDomain } from '../domain/mail-address.ts';
import { replySubject } from '../domain/reply-subject.ts';
import type { AnswerIds } from './answer-ids.ts';
import { answerBody, type Texts } from './mail/answer-body.ts';

/** What an answer goes out as. */
export interface AnswerToCompose {
  readonly workspaceId: string;
  readonly answer: AnswerGiven;
  /** The channel that carries it. */
  readonly channel: {
    readonly kind: ChannelKind;
    readonly address: string | null;
    readonly settings: {
      readonly signature: Texts;
      readonly template: Texts;
      /** The name that mails go out under; null for the agent's. */
      readonly fromName: string | null;
      readonly plusAddressing: boolean;
    };
  };
  /** What it answers, by `readAnswered`; null when it answers nothing that is still there. */
  readonly answered: AnsweredMessage | null;
  /** Message-IDs of the ticket's earlier answers, oldest first, with or without brackets. */
  readonly earlierIds: readonly string[];
  /** Where the customer rates the answer; null where there is no such link. */
  readonly ratingUrl: string | null;
}

/** An answer as it is to be sent. */
export interface ComposedAnswer {
  readonly content: OutboundContent;
  /** The Message-ID without brackets; null for what is no mail. */
  readonly messageId: string | null;
  /** What could not be rendered and was left out, in words. */
  readonly faults: readonly string[];
}

/** Whether answers of a kind of channel go out as mails. */
export function answersByMail(kind: ChannelKind): boolean {
  return kind === 'EMAIL' || kind === 'WEB_FORM';
}

/** Domain of Message-IDs where no mailbox tells one; nobody has it. Source: RFC 2606 §2. */
const noDomain = 'smart-tickets.invalid';

/** What a connector sends of an answer. The same input always gives the same, also where something cannot be rendered. */
export function composeAnswer(ids: AnswerIds, input: AnswerToCompose): ComposedAnswer {
  const { workspaceId, answer, channel, answered } = input;
  const { attachments } = answer;
  const byMail = answersByMail(channel.kind);
  const mark = byMail ? `[${ids.token(workspaceId, answer.messageId)}]` : null;
  const { body, faults } = answerBody(answer, channel.settings, input.ratingUrl, mark);
  if (!byMail) {
    const threadKey = answered?.threadKey ?? null;
    const content = { subject: null, text: body.text, html: null, headers: {}, threadKey, attachments };
    return { content, messageId: null, faults };
  }
  const address = channel.address;
  const domain = asciiDomain(address?.slice(address.lastIndexOf('@') + 1) ?? '') ?? noDomain;
  const messageId = ids.messageId(workspaceId, answer.messageId, domain);
  const plus = channel.settings.plusAddressing && address !== null;
  const headers = answerHeaders({
    answer,
    messageId,
    from: address,
    fromName: channel.settings.fromName ?? (answer.author.type === 'AGENT' ? answer.author.name : null),
    replyTo: plus ? ids.plusAddress(workspaceId, answer.messageId, address) : null,
    answered,
    earlierIds: input.earlierIds.map((id) => id.replaceAll(/^<|>$/g, '')),
  });
  const subject = replySubject(answered?.subject || answer.subject);
  return { content: { subject, ...body, headers, threadKey: null, attachments }, messageId, faults };
}
