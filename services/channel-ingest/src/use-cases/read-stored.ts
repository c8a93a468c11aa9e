import type { Attachment, NormalisedMessage } from '@smart-tickets/contracts';
import { ok, type Result } from '@smart-tickets/kit/result';
import { ownMailOf } from '../domain/automatic-mail.ts';
import type { InboundWork } from '../persistence/inbound-store.ts';
import type { Deps } from './deps.ts';
import type { FileAtHand } from './keep-attachments.ts';
import { parseMail } from './mail/parse-mail.ts';
import { normaliseStored } from './normalise-message.ts';

/** What an item says, in the form that the ticket service takes. */
export type Content = Omit<NormalisedMessage, 'messageId' | 'channelId' | 'channelKind' | 'channelTeamId'>;

/** An item that could be read. */
export interface ReadItem {
  readonly content: Content;
  /** Tells whether two mails of one id say the same; null for what is no mail. */
  readonly digest: string | null;
  /** What has still to be put into the blob store. */
  readonly files: readonly FileAtHand[];
}

/** Reads a raw item. An error result is the reason, in words, why nothing can be made of it. */
export async function readStored(deps: Deps, work: InboundWork): Promise<Result<ReadItem, string>> {
  const receivedAt = new Date(work.message.receivedAt).toISOString();
  if (work.format === 'JSON') {
    const content = normaliseStored(work.raw, work.channel, receivedAt);
    return content.ok ? ok({ content: content.value, digest: null, files: [] }) : content;
  }
  const mail = await parseMail(work.raw, receivedAt, ownMailOf(work.mailboxes));
  if (!mail.ok) return mail;
  const { content, digest, files } = mail.value;
  const attachments = files.map(({ file }): Attachment => ({ id: deps.newId(), ...file }));
  return ok({
    content: { ...content, attachments },
    digest,
    files: files.map(({ file, bytes }) => ({ sha256: file.sha256, bytes })),
  });
}
