import type { NormalisedMessage, ThreadReason } from '@smart-tickets/contracts';
import type { Ticket } from './ticket.ts';

/** A conversation key that a stored message has left behind, or a number, with the ticket it leads to. */
export interface ThreadCandidate {
  readonly key: string;
  /** OWN: the key names a stored message. NAMED: a stored message merely refers to it. NUMBER: the subject names the ticket. */
  readonly kind: 'OWN' | 'NAMED' | 'NUMBER';
  /** The message that has left the key; null for a number. */
  readonly leftBy?: string | null;
  readonly ticket: Ticket;
}

export interface ThreadMatch {
  readonly ticket: Ticket;
  readonly reason: ThreadReason;
}

/** By what a message points to others. */
export type Pointers = Pick<NormalisedMessage, 'thread' | 'tokens'> &
  Partial<Pick<NormalisedMessage, 'messageId' | 'channelId' | 'sameMail' | 'scope'>>;

/** References beyond this many are not looked at; the newest count. */
const maxReferences = 20;

/** All keys by which a message may be found or find others, each once, in order of trust. */
export function threadKeysOf(thread: NormalisedMessage['thread']): string[] {
  const { own, inReplyTo, references, conversation } = thread;
  const newestFirst = references.slice(-maxReferences).toReversed();
  const keys = [...inReplyTo.slice(0, maxReferences), ...newestFirst, own, conversation];
  return [...new Set(keys.filter((key) => key !== null))];
}

/** All keys by which a message may be found later, each once, in order of trust. */
export function keysLeftBy(message: Pointers): string[] {
  const keys = threadKeysOf(message.thread).flatMap((key) => inScope(message, key));
  return [...new Set([...keys, ...copyKeysOf(message)])];
}

/** Those of them that name the message itself. */
export function ownKeysOf(message: Pointers): string[] {
  const { own, conversation } = message.thread;
  const named = own === null ? [] : inScope(message, own);
  return [...named, ...copyKeysOf(message), ...(conversation === null ? [] : [conversation])];
}

/** All keys by which a message may find others, each once, in order of trust: tokens are nothing that it can be found by. */
export function pointingKeysOf(message: Pointers): string[] {
  return [...new Set([...message.tokens.slice(0, maxReferences), ...keysLeftBy(message)])];
}

/** Marks of mail programs: the first mail of a conversation bears one as well. */
const mark = 'mark:';

/** Whether a message names another, a ticket or a conversation: one that begins something does not. */
export function pointsToOthers({
  thread,
  tokens,
  subjectNumber,
}: Pick<NormalisedMessage, 'thread' | 'tokens' | 'subjectNumber'>): boolean {
  const { inReplyTo, references, conversation } = thread;
  return (
    inReplyTo.length + tokens.length > 0 ||
    references.some((key) => !key.startsWith(mark)) ||
    conversation !== null ||
    subjectNumber !== null
  );
}

/** Keys of our answers and of channels' conversations lead to one ticket only, whichever mailbox they come by. */
function isForeign(key: string): boolean {
  return key.startsWith('mid:') || key.startsWith(mark);
}

/** A key as the mailboxes that share their tickets know it, and as all know it. */
function inScope({ scope }: Pointers, key: string): string[] {
  return scope == null || !isForeign(key) ? [key] : [scopedKey(scope, key), key];
}

function scopedKey(scope: string, key: string): string {
  return `at:${scope} ${key}`;
}

/** Keys by which a mail is found to be here already: among the mailboxes that share their tickets, and among all. */
function copyKeysOf({ sameMail, scope }: Pointers): string[] {
  if (sameMail == null) return [];
  return scope == null ? [sameMail] : [scopedKey(scope, sameMail), sameMail];
}

/** The messages that were the same mail on a ticket; it may have lost them. */
export function copiesOn(
  ticketId: string,
  message: Pointers,
  candidates: readonly ThreadCandidate[],
): string[] {
  const keys = copyKeysOf(message);
  const on = candidates.filter(({ key, ticket }) => ticket.id === ticketId && keys.includes(key));
  return [...new Set(on.flatMap(({ leftBy }) => leftBy ?? []))];
}

/** The tickets that have this very mail by another mailbox. At most one is not null. */
export interface Copies {
  /** The one that the message's own mailbox shares. */
  readonly shared: Ticket | null;
  /** One of those of other mailboxes, which keep their own. */
  readonly elsewhere: Ticket | null;
}

/**
 * Where the same mail is already. A copy says nothing that is not there, so that it needs no trust. A message that its ticket
 * has lost and that is tried again is no copy of itself.
 */
export function copiesOf(message: Pointers, candidates: readonly ThreadCandidate[]): Copies {
  const [shared, all = shared] = copyKeysOf(message);
  const at = (key: string | undefined): Ticket | null =>
    candidates.find(
      (candidate) =>
        candidate.key === key && (candidate.leftBy == null || candidate.leftBy !== message.messageId),
    )?.ticket ?? null;
  return at(shared) === null ? { shared: null, elsewhere: at(all) } : { shared: at(shared), elsewhere: null };
}

/** Whether a key counts for the mailbox: in its own scope, of a ticket that it has opened, or where it leads to one ticket only. */
function isWithin(message: Pointers, { key, ticket }: ThreadCandidate): boolean {
  return message.scope == null || !isForeign(key) || ticket.channelId === message.channelId;
}

function bareKey({ scope }: Pointers, key: string): string {
  const prefix = scope == null ? '' : scopedKey(scope, '');
  return key.startsWith(prefix) ? key.slice(prefix.length) : key;
}

/**
 * The ticket a message belongs to, or null for a new conversation. Keys of messages that are here count before keys that
 * others have merely named. Among either, the tokens of our answers count first, then In-Reply-To before References, the
 * newest reference before older ones, the message's own id after those, the channel's conversation last. The number in a
 * subject counts where nothing else does. Ids that others gave lead no further than to the tickets of the mailboxes
 * that share theirs. Source: RFC 5322 §3.6.4; the order that Zammad, FreeScout and LiveAgent
 * settled on.
 */
export function findThread(message: Pointers, candidates: readonly ThreadCandidate[]): ThreadMatch | null {
  const copyKeys = copyKeysOf(message);
  const within = candidates.filter((one) => isWithin(message, one) && !copyKeys.includes(one.key));
  const byKey = new Map(within.map((candidate) => [candidate.key, candidate]));
  const found = pointingKeysOf(message).flatMap((key) => byKey.get(key) ?? []);
  const best =
    // Two different mails may bear the same id (broken senders do that): bearing it is no reply.
    found.find(({ kind, key }) => kind === 'OWN' && bareKey(message, key) !== message.thread.own) ??
    found.find(({ kind }) => kind === 'NAMED') ??
    within.find(({ kind }) => kind === 'NUMBER');
  return best === undefined ? null : { ticket: best.ticket, reason: reasonOf(message, best) };
}

function reasonOf(message: Pointers, found: ThreadCandidate): ThreadReason {
  const { thread, tokens } = message;
  const key = bareKey(message, found.key);
  if (found.kind === 'NUMBER') return 'SUBJECT';
  if (key === thread.conversation) return 'CONVERSATION';
  if (found.kind === 'NAMED' || key === thread.own) return 'ANSWERED_EARLIER';
  if (tokens.includes(key)) return 'TOKEN';
  return thread.inReplyTo.includes(key) ? 'IN_REPLY_TO' : 'REFERENCES';
}
