import { answerKey, type NormalisedMessage } from '@smart-tickets/contracts';
import { copiesOf, findThread, type Pointers, type ThreadCandidate, type ThreadMatch } from './threading.ts';
import { isWithinHouse, type Ticket } from './ticket.ts';

/** A ticket that a message points to, with what is known of its sender there. */
export interface GuardedCandidate extends ThreadCandidate {
  /** The sender wrote on it, or a message on it was addressed to them or came over the same list. */
  readonly hasPart: boolean;
}

/** Where a message belongs, and what stands beside it. */
export interface Thread {
  readonly match: ThreadMatch | null;
  /** The ticket to which a message points whose sender has no part in it. */
  readonly stranger: Ticket | null;
  /** A ticket that has the same mail by a mailbox that keeps its own. */
  readonly copy: Ticket | null;
  /** The ticket on which the same mail is already, by this mailbox or by one that shares its tickets. */
  readonly filedAs: Ticket | null;
}

/** Keys of our answers are signed where they come from outside: whoever names one has seen the answer. */
const answers = answerKey('');

/**
 * The ticket a message belongs to. A ticket to which it points by what anybody can write, an id, a token, a number,
 * counts only where the sender has a part in it: anybody may have seen those. The channel vouches for its own
 * conversations, agents have a part in everything, and a mail server's report belongs to the answer that it names.
 * Whose address was merely typed in, or is forged by what the mail server found, has a part nowhere. A channel may let
 * strangers join, but not on a ticket between colleagues.
 * Source: Zammad's issue 5064, where quoting a ticket's number was enough.
 */
export function threadOf(
  message: Pointers &
    Pick<NormalisedMessage, 'fromAgent' | 'report'> &
    Partial<Pick<NormalisedMessage, 'strangersJoin'>>,
  candidates: readonly GuardedCandidate[],
  sender: { readonly customerId: string | null; readonly verified: boolean },
): Thread {
  const counts = ({ key, hasPart, ticket }: GuardedCandidate): boolean =>
    message.fromAgent ||
    (message.strangersJoin === true && !isWithinHouse(ticket)) ||
    key === message.thread.conversation ||
    (message.report && key.startsWith(answers)) ||
    (sender.verified && (hasPart || (sender.customerId !== null && sender.customerId === ticket.customerId)));
  const match = findThread(message, candidates.filter(counts));
  const stranger = match === null ? (findThread(message, candidates)?.ticket ?? null) : null;
  const { shared, elsewhere } = copiesOf(message, candidates);
  const joins = elsewhere !== null && elsewhere.id === match?.ticket.id;
  return { match, stranger, copy: joins ? null : elsewhere, filedAs: joins ? elsewhere : shared };
}
