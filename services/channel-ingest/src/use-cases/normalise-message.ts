import type { NormalisedMessage } from '@smart-tickets/contracts';
import { cleanHtml } from '@smart-tickets/kit/html';
import { err, ok, type Result } from '@smart-tickets/kit/result';
import { clip, storable } from '@smart-tickets/kit/text';
import { identitiesOf, type Identity } from '../domain/author.ts';
import type { Channel } from '../domain/channel.ts';
import { storedMessageSchema } from './ingest-message.ts';
import { textOfHtml } from './mail/html.ts';
import { languageOf } from './mail/parse-mail.ts';
import { conversationOf } from './sender-line.ts';

const subjectFromText = 80;

/** Reads back what `ingestMessage` stored, in the form that the ticket service takes. */
export function normaliseStored(
  raw: Buffer,
  channel: Channel,
  receivedAt: string,
): Result<
  Omit<
    NormalisedMessage,
    'messageId' | 'channelId' | 'channelKind' | 'channelTeamId' | 'scope' | 'strangersJoin'
  >,
  string
> {
  const stored = storedMessageSchema.parse(JSON.parse(raw.toString('utf8')));
  const identities = identitiesOf(stored.from, channel.kind);
  if (!identities.ok) return err(identities.error.message);
  const html = stored.html === null ? null : storable(cleanHtml(stored.html) ?? '') || null;
  const text = storable(stored.text ?? '').trim() || storable(textOfHtml(stored.html ?? ''));
  const firstLine = text.split('\n').find((line) => line.trim() !== '') ?? '';
  return ok({
    from: {
      name: clip(storable(stored.from.name ?? '').trim(), 200) || null,
      identities: identities.value.map((identity) => ({ ...identity, value: storable(identity.value) })),
    },
    // Whom an agent wrote to outside is not said: us it was not.
    to: channel.address === null || stored.fromAgent ? [] : [channel.address],
    cc: [],
    subject:
      storable(stored.subject ?? '')
        .replaceAll(/\s+/g, ' ')
        .trim() || clip(firstLine.trim(), subjectFromText),
    text,
    html,
    language: languageOf(text),
    automatic: false,
    senderTrust: 'NONE',
    sentAt: stored.sentAt ?? receivedAt,
    attachments: stored.attachments,
    call: null,
    fromAgent: stored.fromAgent,
    agentId: null,
    fields: stored.fields,
    tokens: [],
    subjectNumber: null,
    others: [],
    list: null,
    report: false,
    sameMail: null,
    thread: {
      own: null,
      inReplyTo: [],
      references: [],
      conversation: conversationKey(stored, channel, identities.value),
    },
  });
}

/** The platform's own conversation, else that of the sender; an agent is no part of the sender's. */
function conversationKey(
  { threadId, fromAgent }: { readonly threadId: string | null; readonly fromAgent: boolean },
  channel: Channel,
  identities: readonly Identity[],
): string | null {
  if (threadId !== null) return storable(`conv:${channel.id}:${threadId}`);
  return fromAgent ? null : conversationOf(channel, identities);
}
