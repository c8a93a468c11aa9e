import type { NormalisedMessage } from '@smart-tickets/contracts';
import type { CustomerIdentity } from './customer.ts';
import { mailAddress } from './mail-address.ts';
import { reachable } from './recipients.ts';

/** Longest name of a list that is kept; it is part of an index. */
const maxListLength = 254;

/** The form in which an identity is kept as a party of a ticket and as the sender of a message. */
export function partyOf({ kind, value }: Pick<CustomerIdentity, 'kind' | 'value'>): string {
  return `${kind}:${value}`;
}

function partiesAt(addresses: readonly string[]): string[] {
  const mailed = addresses.map(mailAddress).filter((address) => address !== null);
  return [...new Set(mailed.map((value) => partyOf({ kind: 'EMAIL', value })))];
}

function listOf({ list }: Pick<NormalisedMessage, 'list'>): string[] {
  return list === null ? [] : [`LIST:${list.toLowerCase().slice(0, maxListLength)}`];
}

/** Who gets a part in a ticket by a message from outside: those it was addressed to beside us, and the list it came over. */
export function partiesOfMessage(message: Pick<NormalisedMessage, 'others' | 'list'>): string[] {
  return [...partiesAt(message.others), ...listOf(message)];
}

/** Who gets a part in a ticket by an answer: those it is sent to. */
export function partiesOfAnswer({ to, cc }: { readonly to: string[]; readonly cc: string[] }): string[] {
  return partiesAt([...to, ...cc]);
}

/**
 * As what the sender of a message may have been given a part in a ticket: an identity that is verified, or the list that it
 * came over, on which everybody reads everybody.
 */
export function partiesOfSender(
  message: Pick<NormalisedMessage, 'list'>,
  identities: readonly CustomerIdentity[],
): string[] {
  return [...identities.filter(({ verified }) => verified).map(partyOf), ...listOf(message)];
}

/** The identity by which an answer on the message's channel reaches its sender; null when there is none. */
export function senderOf(
  message: Pick<NormalisedMessage, 'channelKind'>,
  identities: readonly CustomerIdentity[],
): string | null {
  const identity = reachable(message.channelKind, identities);
  return identity === undefined ? null : partyOf(identity);
}
