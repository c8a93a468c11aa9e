import type { ChannelKind, IdentityKind } from '@smart-tickets/contracts';
import { err, ok, type Result } from '@smart-tickets/kit/result';
import type { CustomerIdentity, KnownIdentity } from './customer.ts';
import type { InputFault } from './input-fault.ts';
import { mailAddress } from './mail-address.ts';

/** Most further recipients of one answer. */
export const maxCc = 48;

/** To whom an answer goes. */
export interface Recipients {
  readonly to: string[];
  readonly cc: string[];
}

/** By which identities each kind of channel reaches people, the preferred one first. */
const reachedBy: Record<ChannelKind, readonly IdentityKind[]> = {
  EMAIL: ['EMAIL'],
  WEB_FORM: ['EMAIL'],
  CHAT: ['CHAT'],
  PHONE: ['PHONE'],
  FACEBOOK: ['FACEBOOK'],
  TWITTER: ['TWITTER'],
  INTERNAL: ['EXTERNAL', 'EMAIL', 'PHONE', 'CHAT', 'FACEBOOK', 'TWITTER'],
  API: ['EXTERNAL', 'EMAIL', 'PHONE', 'CHAT', 'FACEBOOK', 'TWITTER'],
};

/**
 * The identity by which a channel reaches a customer: of the kind that the channel goes by, one that is verified before
 * one that was merely typed in, even where the verified one is dead, as the other may be somebody else's; then one that
 * is not known to be dead; then the one from which the customer has written last (`KIND:value`); then the first of the
 * list. Undefined when there is none.
 */
export function reachable(
  channel: ChannelKind,
  identities: readonly (CustomerIdentity & Partial<KnownIdentity>)[],
  lastSender: string | null = null,
): CustomerIdentity | undefined {
  const rank = ({
    kind,
    value,
    verified,
    undeliverable,
  }: CustomerIdentity & Partial<KnownIdentity>): number =>
    (verified ? 0 : 4) + (undeliverable == null ? 0 : 2) + (`${kind}:${value}` === lastSender ? 0 : 1);
  for (const kind of reachedBy[channel]) {
    const [best] = identities
      .filter((identity) => identity.kind === kind)
      .sort((one, other) => rank(one) - rank(other));
    if (best !== undefined) return best;
  }
  return undefined;
}

/** The identities that an address of a channel can be: a mail address is none of a phone's. */
export function kindsOf(channel: ChannelKind): readonly IdentityKind[] {
  return reachedBy[channel];
}

/** Channels on which nothing but an address leads to the customer, and which; the others have a conversation to answer in. */
const byAddressOnly: ReadonlyMap<ChannelKind, string> = new Map([
  ['EMAIL', 'mail address'],
  ['WEB_FORM', 'mail address'],
  ['INTERNAL', 'address or account'],
  ['API', 'address or account'],
]);

/**
 * To whom an answer on a channel goes: the customer, at the address from which they wrote last where that is as good as
 * another, and by mail whoever else is named, each once and in lower case. A channel that needs an address and has none is refused, so that nothing counts as answered that can reach nobody.
 */
export function recipientsOf(
  channel: ChannelKind,
  identities: readonly (CustomerIdentity & Partial<KnownIdentity>)[],
  cc: readonly string[],
  lastSender: string | null = null,
): Result<Recipients, InputFault> {
  const customer = reachable(channel, identities, lastSender);
  const needed = byAddressOnly.get(channel);
  if (customer === undefined && needed !== undefined) {
    const message = `The customer has no ${needed} to answer to: merge them with one who has, or add a note.`;
    return invalid('ticketId', message);
  }
  if (cc.length > maxCc) {
    return err({ code: 'LIMIT_EXCEEDED', field: 'cc', message: `At most ${maxCc} further recipients.` });
  }
  if (cc.length > 0 && customer?.kind !== 'EMAIL') {
    return invalid('cc', 'Only an answer by mail can have further recipients.');
  }
  const copies = new Set<string>();
  for (const text of cc) {
    const address = mailAddress(text);
    if (address === null) return invalid('cc', `This is no mail address: ${text.slice(0, 80)}`);
    if (address !== customer?.value) copies.add(address);
  }
  return ok({ to: customer === undefined ? [] : [customer.value], cc: [...copies] });
}

function invalid(field: string, message: string): Result<never, InputFault> {
  return err({ code: 'INVALID', field, message });
}
