import type { IdentityKind, NormalisedMessage } from '@smart-tickets/contracts';
import type { CustomerIdentity } from './customer.ts';

/** The kinds of identities from the strongest to the weakest: ids that others gave out, then addresses, then numbers. */
export const identityRanks = [
  'EXTERNAL',
  'FACEBOOK',
  'TWITTER',
  'CHAT',
  'EMAIL',
  'PHONE',
] as const satisfies readonly IdentityKind[];

/** Most identities that one message is taken to name; the intake gives one of each kind at most. */
const maxIdentitiesOfMessage = 20;

/** A customer who holds one of the identities that a message names: whoever stands for them since a merge. */
export interface IdentityHolder {
  readonly kind: IdentityKind;
  readonly value: string;
  readonly customerId: string;
  /** Whether the customer has a name. */
  readonly named: boolean;
  /** Whether answers to the identity come back. */
  readonly undeliverable: boolean;
  /** The customer's verified ids and addresses, as `KIND:value`; empty where the message names one identity only. */
  readonly known: readonly string[];
}

/** Who wrote a message: a customer who is known (null for a new one), and what is to be noted of them. */
export interface CustomerMatch {
  readonly customerId: string | null;
  /** Whether a name is missing. */
  readonly nameless: boolean;
  /** Identities that the message brings; a known customer may have some of them already. */
  readonly identities: readonly CustomerIdentity[];
}

/**
 * What a message says of its sender, each identity once, the strongest first; one that is verified is no claim besides. Of a
 * mail that is forged by what the mail server found, it is a claim at most.
 */
export function identitiesOfMessage(
  message: Pick<NormalisedMessage, 'from'> & Partial<Pick<NormalisedMessage, 'senderTrust'>>,
): CustomerIdentity[] {
  const byKey = new Map<string, CustomerIdentity>();
  for (const given of message.from.identities.slice(0, maxIdentitiesOfMessage)) {
    const identity = message.senderTrust === 'FAIL' ? { ...given, verified: false } : given;
    const key = `${identity.kind}:${identity.value}`;
    if (byKey.get(key)?.verified !== true) byKey.set(key, identity);
  }
  const rank = ({ kind }: CustomerIdentity): number => identityRanks.indexOf(kind);
  return [...byKey.values()].sort((a, b) => rank(a) - rank(b));
}

/**
 * Decides who wrote a message. Verified identities count, the strongest first; identities that lead to different
 * customers merge nobody. A customer to whom a weaker identity leads is refused when a stronger one says that it is
 * somebody else: another id of the workspace's own systems, or for a phone number another mail address.
 * Source: Chatwoot's contact identification (identifier, then email, then phone), and its issue 2811 for claims.
 */
export function matchCustomer(
  identities: readonly CustomerIdentity[],
  holders: readonly IdentityHolder[],
): CustomerMatch {
  const verified = identities.filter((identity) => identity.verified);
  const holderOf = ({ kind, value }: CustomerIdentity): IdentityHolder | undefined =>
    holders.find((holder) => holder.kind === kind && holder.value === value);
  const candidates = verified.length > 0 ? verified : identities;
  const found = candidates
    .map(holderOf)
    .find((holder) => holder !== undefined && !contradicts(verified, holder));
  return {
    customerId: found?.customerId ?? null,
    nameless: found === undefined || !found.named,
    identities: identities.filter((identity) => !identity.verified || holderOf(identity) === undefined),
  };
}

const strongerThan: Partial<Record<IdentityKind, readonly IdentityKind[]>> = {
  FACEBOOK: ['EXTERNAL'],
  TWITTER: ['EXTERNAL'],
  CHAT: ['EXTERNAL'],
  EMAIL: ['EXTERNAL'],
  PHONE: ['EXTERNAL', 'EMAIL'],
};

function contradicts(verified: readonly CustomerIdentity[], holder: IdentityHolder): boolean {
  return (strongerThan[holder.kind] ?? []).some((kind) => {
    const said = verified.filter((identity) => identity.kind === kind).map(({ value }) => `${kind}:${value}`);
    const known = holder.known.filter((key) => key.startsWith(`${kind}:`));
    return said.length > 0 && known.length > 0 && !said.some((key) => known.includes(key));
  });
}
