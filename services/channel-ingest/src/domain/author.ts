import type { ChannelKind, IdentityKind } from '@smart-tickets/contracts';
import { err, ok, type Result } from '@smart-tickets/kit/result';

/** Who a connector says wrote a message. */
export interface Author {
  readonly name?: string | null | undefined;
  readonly email?: string | null | undefined;
  readonly phone?: string | null | undefined;
  readonly facebookId?: string | null | undefined;
  readonly twitterId?: string | null | undefined;
  readonly chatVisitorId?: string | null | undefined;
  readonly externalId?: string | null | undefined;
}

export interface Identity {
  readonly kind: IdentityKind;
  readonly value: string;
  /** Whether the channel or its connector vouches for it; false for what was merely typed in. */
  readonly verified: boolean;
}

/** By which of a sender's identities the sender is known: claims tell only of one that has nothing verified. */
export function tellingOf(sender: readonly Identity[]): readonly Identity[] {
  const verified = sender.filter((identity) => identity.verified);
  return verified.length > 0 ? verified : sender;
}

/** Whether a sender is the one who has these identities; a claim is not the same as the address itself. */
export function isOneOf(sender: readonly Identity[], identities: readonly Identity[]): boolean {
  return tellingOf(sender).some((mine) =>
    identities.some(
      ({ kind, value, verified }) => kind === mine.kind && value === mine.value && verified === mine.verified,
    ),
  );
}

export interface AuthorFault {
  readonly code: 'INVALID';
  readonly field: string;
  readonly message: string;
}

const maxIdentityLength = 320;

/** A mail address as it is compared: trimmed, lower case; null when it cannot be one. */
export function normaliseEmail(text: string): string | null {
  const email = text.trim().toLowerCase();
  return email.length <= maxIdentityLength && /^[^\s@<>"]+@[^\s@<>"]+$/.test(email) ? email : null;
}

/** A phone number with nothing but its digits and a leading plus; null when it cannot be one. */
export function normalisePhone(text: string): string | null {
  const number = text
    .trim()
    .replace(/^00/, '+')
    .replaceAll(/[\s()./-]/g, '');
  return /^\+?\d{4,20}$/.test(number) ? number : null;
}

const fields = [
  ['EMAIL', 'email', normaliseEmail],
  ['PHONE', 'phone', normalisePhone],
  ['FACEBOOK', 'facebookId', plain],
  ['TWITTER', 'twitterId', plain],
  ['CHAT', 'chatVisitorId', plain],
  ['EXTERNAL', 'externalId', plain],
] as const satisfies readonly [IdentityKind, keyof Author, (text: string) => string | null][];

function plain(text: string): string | null {
  const value = text.trim();
  return value !== '' && value.length <= maxIdentityLength ? value : null;
}

/** By which identity each kind of channel knows people of itself; the others are what people say of themselves. */
const ownIdentity: Record<ChannelKind, IdentityKind> = {
  EMAIL: 'EMAIL',
  CHAT: 'CHAT',
  PHONE: 'PHONE',
  FACEBOOK: 'FACEBOOK',
  TWITTER: 'TWITTER',
  WEB_FORM: 'EMAIL',
  INTERNAL: 'EXTERNAL',
  API: 'EXTERNAL',
};

/**
 * A web form and a chat know of an address only that somebody typed it. A system that speaks through the API, and an id
 * by which the workspace's own systems know a person, are taken at their word.
 */
function vouchedFor(kind: IdentityKind, channel: ChannelKind): boolean {
  if (kind === 'EXTERNAL' || channel === 'API') return true;
  return channel !== 'WEB_FORM' && kind === ownIdentity[channel];
}

/** The identities of an author, the one that the channel itself vouches for first; a fault when one cannot be read or none is there. */
export function identitiesOf(author: Author, channel: ChannelKind): Result<Identity[], AuthorFault> {
  const identities: Identity[] = [];
  for (const [kind, field, normalise] of fields) {
    const given = author[field];
    if (given == null || given.trim() === '') continue;
    const value = normalise(given);
    if (value === null)
      return err({ code: 'INVALID', field, message: `${field} is not usable: ${given.slice(0, 80)}` });
    identities.push({ kind, value, verified: vouchedFor(kind, channel) });
  }
  if (identities.length === 0) {
    return err({
      code: 'INVALID',
      field: 'from',
      message: 'The author needs at least one address or account.',
    });
  }
  const first = ownIdentity[channel];
  return ok(identities.sort((a, b) => Number(b.kind === first) - Number(a.kind === first)));
}
