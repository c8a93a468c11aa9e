import type { Attachment, NormalisedMessage } from '@smart-tickets/contracts';
import { err, ok, type Result } from '@smart-tickets/kit/result';
import { ownMailOf } from '../domain/automatic-mail.ts';
import type { Bounce } from '../domain/bounce.ts';
import type { AnswerMarks } from '../domain/mail-marks.ts';
import type { InboundWork } from '../persistence/inbound-store.ts';
import type { Deps } from './deps.ts';
import type { FileAtHand } from './keep-attachments.ts';
import { parseMail } from './mail/parse-mail.ts';
import type { CheckSender } from './mail/sender-checks.ts';
import { normaliseCall } from './normalise-call.ts';
import { normaliseStored } from './normalise-message.ts';

/** What an item says, in the form that the ticket service takes. */
export type Content = Omit<
  NormalisedMessage,
  'messageId' | 'channelId' | 'channelKind' | 'channelTeamId' | 'scope' | 'strangersJoin'
>;

/** An item that could be read. */
export interface ReadItem {
  readonly content: Content;
  /** Tells whether two mails of one id say the same; null for what is no mail. */
  readonly digest: string | null;
  /** What has still to be put into the blob store. */
  readonly files: readonly FileAtHand[];
  /** What it reports of a mail that was sent; null when it is no report of a mail server. */
  readonly bounce: Bounce | null;
  /** Whether it was written from a mailbox of the workspace's own, as its mail server vouches. */
  readonly fromOwnMailbox: boolean;
}

/**
 * Reads a raw item. An error result is the reason, in words, why nothing can be made of it.
 * @param checkSender asked for mails of channels that name no mail server of theirs
 */
export async function readStored(
  deps: Deps,
  workspaceId: string,
  work: InboundWork,
  checkSender?: CheckSender,
): Promise<Result<ReadItem, string>> {
  const receivedAt = new Date(work.message.receivedAt).toISOString();
  if (work.format === 'JSON') {
    const content = normaliseStored(work.raw, work.channel, receivedAt);
    if (!content.ok) return content;
    return ok({ content: content.value, digest: null, files: [], bounce: null, fromOwnMailbox: false });
  }
  if (work.format === 'CALL') {
    const content = await normaliseCall(deps, workspaceId, work);
    return ok({ content, digest: null, files: [], bounce: null, fromOwnMailbox: false });
  }
  if (work.envelope?.wholeBytes !== undefined) {
    const { wholeBytes } = work.envelope;
    return err(
      `OVERSIZED: the mail has ${wholeBytes} bytes, more than can be taken. Its beginning is kept here; all of it is where it was fetched.`,
    );
  }
  const marks = marksOf(deps, workspaceId);
  const mail = await parseMail(work.raw, receivedAt, {
    own: ownMailOf(work.mailboxes, (id) => marks.ofMessageId(id) !== null),
    marks,
    envelope: work.envelope,
    mailServer: work.channel.settings.mailServer,
    checkSender: () => checkSender?.(work.raw, work.envelope) ?? Promise.resolve(null),
  });
  if (!mail.ok) return mail;
  const { content, digest, files, bounce, fromOwnMailbox } = mail.value;
  const attachments = files.map(({ file }): Attachment => ({ id: deps.newId(), ...file }));
  return ok({
    content: { ...content, attachments },
    digest,
    files: files.map(({ file, bytes }) => ({ sha256: file.sha256, bytes })),
    bounce,
    fromOwnMailbox,
  });
}

function marksOf({ answerIds }: Deps, workspaceId: string): AnswerMarks {
  return {
    ofMessageId: (id) => answerIds.ofMessageId(workspaceId, id),
    ofAddress: (address) => answerIds.ofAddress(workspaceId, address),
    ofToken: (token) => answerIds.ofToken(workspaceId, token),
  };
}
