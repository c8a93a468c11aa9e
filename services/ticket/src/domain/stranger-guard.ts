import { answerKey, type NormalisedMessage } from '@smart-tickets/contracts';
import { findThread, type Pointers, type ThreadCandidate, type ThreadMatch } from './threading.ts';
import type { Ticket } from './ticket.ts';

/** A ticket that a message points to, with what is known of its sender there. */
export interface GuardedCandidate extends ThreadCandidate {
  /** The sender wrote on it, or a message on it was addressed to them or came over the same list. */
  readonly hasPart: boolean;
}

/** Where a message belongs. At most one is not null. */
export interface Thread {
  readonly match: ThreadMatch | null;
  /** The ticket to which a message points whose sender has no part in it. */
  readonly stranger: Ticket | null;
}

/** Keys of our answers are signed where they come from outside: whoever names one has seen the answer. */
const answers = answerKey('');

/**
 * The ticket a message belongs to. A ticket to which it points by what anybody can write, an id, a token, a number,
 * counts only where the sender has a part in it: anybody may have seen those. The channel vouches for its own
 * conversations, agents have a part in everything, and a mail server's report belongs to the answer that it names.
 * Whose address was merely typed in has a part nowhere.
 * Source: Zammad's issue 5064, where quoting a ticket's number was enough.
 */
export function threadOf(
  message: Pointers & Pick<NormalisedMessage, 'fromAgent' | 'report'>,
  candidates: readonly GuardedCandidate[],
  sender: { readonly customerId: string | null; readonly verified: boolean },
): Thread {
  const counts = ({ key, hasPart, ticket }: GuardedCandidate): boolean =>
    message.fromAgent ||
    key === message.thread.conversation ||
    (message.report && key.startsWith(answers)) ||
    (sender.verified && (hasPart || (sender.customerId !== null && sender.customerId === ticket.customerId)));
  const match = findThread(message, candidates.filter(counts));
  const stranger = match === null ? (findThread(message, candidates)?.ticket ?? null) : null;
  return { match, stranger };
}
