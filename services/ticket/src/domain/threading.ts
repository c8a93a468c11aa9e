import type { NormalisedMessage, ThreadReason } from '@smart-tickets/contracts';
import type { Ticket } from './ticket.ts';

/** A conversation key that a stored message has left behind, or a number, with the ticket it leads to. */
export interface ThreadCandidate {
  readonly key: string;
  /** OWN: the key names a stored message. NAMED: a stored message merely refers to it. NUMBER: the subject names the ticket. */
  readonly kind: 'OWN' | 'NAMED' | 'NUMBER';
  readonly ticket: Ticket;
}

export interface ThreadMatch {
  readonly ticket: Ticket;
  readonly reason: ThreadReason;
}

/** By what a message points to others. */
export type Pointers = Pick<NormalisedMessage, 'thread' | 'tokens'>;

/** References beyond this many are not looked at; the newest count. */
const maxReferences = 20;

/** All keys by which a message may be found or find others, each once, in order of trust. */
export function threadKeysOf(thread: NormalisedMessage['thread']): string[] {
  const { own, inReplyTo, references, conversation } = thread;
  const newestFirst = references.slice(-maxReferences).toReversed();
  const keys = [...inReplyTo.slice(0, maxReferences), ...newestFirst, own, conversation];
  return [...new Set(keys.filter((key) => key !== null))];
}

/** All keys by which a message may find others, each once, in order of trust: tokens are nothing that it can be found by. */
export function pointingKeysOf({ thread, tokens }: Pointers): string[] {
  return [...new Set([...tokens.slice(0, maxReferences), ...threadKeysOf(thread)])];
}

/**
 * The ticket a message belongs to, or null for a new conversation. Keys of messages that are here count before keys that
 * others have merely named. Among either, the tokens of our answers count first, then In-Reply-To before References, the
 * newest reference before older ones, the message's own id after those, the channel's conversation last. The number in a
 * subject counts where nothing else does. Source: RFC 5322 §3.6.4; the order that Zammad, FreeScout and LiveAgent
 * settled on.
 */
export function findThread(message: Pointers, candidates: readonly ThreadCandidate[]): ThreadMatch | null {
  const byKey = new Map(candidates.map((candidate) => [candidate.key, candidate]));
  const found = pointingKeysOf(message).flatMap((key) => byKey.get(key) ?? []);
  const best =
    // Two different mails may bear the same id (broken senders do that): bearing it is no reply.
    found.find(({ kind, key }) => kind === 'OWN' && key !== message.thread.own) ??
    found.find(({ kind }) => kind === 'NAMED') ??
    candidates.find(({ kind }) => kind === 'NUMBER');
  return best === undefined ? null : { ticket: best.ticket, reason: reasonOf(message, best) };
}

function reasonOf({ thread, tokens }: Pointers, found: ThreadCandidate): ThreadReason {
  if (found.kind === 'NUMBER') return 'SUBJECT';
  if (found.key === thread.conversation) return 'CONVERSATION';
  if (found.kind === 'NAMED' || found.key === thread.own) return 'ANSWERED_EARLIER';
  if (tokens.includes(found.key)) return 'TOKEN';
  return thread.inReplyTo.includes(found.key) ? 'IN_REPLY_TO' : 'REFERENCES';
}
