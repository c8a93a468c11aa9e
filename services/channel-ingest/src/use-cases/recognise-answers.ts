import { answerKey, type Cause } from '@smart-tickets/contracts';
import type { Tx } from '@smart-tickets/kit/postgres';
import type { Bounce } from '../domain/bounce.ts';
import type { BouncedRecipient } from '../domain/bounced-recipient.ts';
import { externalIdsOf, idOfMailKey } from '../domain/provider-ids.ts';
import { isProviderId } from '../persistence/answered-store.ts';
import { DeliveryStore } from '../persistence/delivery-store.ts';
import { InboundStore } from '../persistence/inbound-store.ts';
import type { Deps } from './deps.ts';
import { noteBounce } from './note-bounce.ts';
import type { Content, ReadItem } from './read-stored.ts';

const answerPrefix = answerKey('');

/**
 * What an item says with the answers of ours that it names by ids which a mail provider gave them, named by their own keys;
 * and with whether an agent wrote it, from a mailbox of ours, in a conversation that is known.
 */
export async function recogniseAnswers(tx: Tx, channelId: string, item: ReadItem): Promise<Content> {
  const content = await withOwnKeys(tx, channelId, item.content);
  if (!item.fromOwnMailbox) return content;
  const keys = [...content.thread.inReplyTo, ...content.thread.references];
  const named = [...keys, ...content.tokens].some((key) => key.startsWith(answerPrefix));
  return { ...content, fromAgent: named || (await new InboundStore(tx).knowsMail(keys)) };
}

async function withOwnKeys(tx: Tx, channelId: string, content: Content): Promise<Content> {
  const { thread } = content;
  const ids = [...thread.inReplyTo, ...thread.references].flatMap((key) => idOfMailKey(key) ?? []);
  if (ids.length === 0) return content;
  const candidates = [...new Set(ids.flatMap(externalIdsOf))];
  const messages = await new DeliveryStore(tx).messagesOfExternalIds(channelId, candidates);
  if (messages.size === 0) return content;
  const own = (key: string): string => {
    const known = externalIdsOf(idOfMailKey(key) ?? '').find((id) => messages.has(id));
    return known === undefined ? key : answerKey(messages.get(known) ?? '');
  };
  const inReplyTo = [...new Set(thread.inReplyTo.map(own))];
  const references = [...new Set(thread.references.map(own))];
  return { ...content, thread: { ...thread, inReplyTo, references } };
}

/** Why a mail goes no further than here, in words. */
export interface End {
  /** Of the answer that it is about; null where it is about none. */
  readonly ticketId: string | null;
  readonly reason: string;
}

/**
 * Ends the way of what is no message: a mail server's report on an answer of ours, which is noted there, and an answer of
 * ours that came back with the id of its mail provider. Null for all else.
 */
export async function endHere(
  deps: Deps,
  tx: Tx,
  item: ReadItem,
  content: Content,
  cause: Cause,
): Promise<End | null> {
  if (item.bounce !== null) return noteReport(deps, tx, item.bounce, content, cause);
  const own = item.fromOwnMailbox ? idOfMailKey(content.thread.own ?? '') : null;
  if (own === null || !(await isProviderId(tx, externalIdsOf(own)))) return null;
  const reason = 'Our own mail came back. Its Message-ID is what the mail provider calls an answer of ours.';
  return { ticketId: null, reason };
}

/**
 * Notes what a mail server reports of an answer of ours: by the answer's Message-ID, or the token in the address that the
 * report was sent to. Null when it is on no answer that is here; what is signed counts, and what a provider calls an answer.
 */
async function noteReport(
  deps: Deps,
  tx: Tx,
  { originalMessageId, recipients }: Bounce,
  content: Content,
  cause: Cause,
): Promise<End | null> {
  const [original] = originalMessageId === null ? [] : content.thread.inReplyTo;
  const key = original?.startsWith(answerPrefix) === true ? original : content.tokens[0];
  if (key === undefined) return null;
  const noted = await noteBounce(deps, tx, { messageId: key.slice(answerPrefix.length), recipients, cause });
  return noted === null ? null : { ticketId: noted.ticketId, reason: wordsOf(recipients) };
}

const maxNamed = 3;

function wordsOf(recipients: readonly BouncedRecipient[]): string {
  const failed = recipients.filter(({ action }) => action === 'FAILED');
  const what = failed.length > 0 ? 'could not be delivered' : 'is delayed';
  const named = (failed.length > 0 ? failed : recipients)
    .slice(0, maxNamed)
    .flatMap(({ recipient, status }) => {
      if (recipient === null) return [];
      return [status === null ? recipient : `${recipient} (${status})`];
    });
  const whom = named.length === 0 ? '' : ` to ${named.join(', ')}`;
  return `A mail server reports that an answer of ours ${what}${whom}.`;
}
