import { channelKinds, type ChannelKind } from '@smart-tickets/contracts';
import { createHash } from 'node:crypto';
import { identitiesOf, type Author, type Identity } from '../domain/author.ts';

/** Who stands in one line on a channel, by kind of channel; `*` is for all kinds that are not named. */
export type SenderLines = Readonly<Record<string, string>>;

/**
 * The name of a sender's line: what was handed in by one of that name on one channel is put on tickets in its order. A hash,
 * since it stays with the message.
 */
export function lineOf({ kind, value }: Pick<Identity, 'kind' | 'value'>): string {
  return createHash('sha256').update(`${kind}:${value}`).digest('base64url').slice(0, 22);
}

/** The lines of an author who is known by different things on different kinds of channels; none when it cannot be read. */
export function linesOf(author: Author): SenderLines {
  const lines = new Map<string, string>();
  for (const kind of channelKinds) {
    const identities = identitiesOf(author, kind);
    const [first] = identities.ok ? identities.value : [];
    if (first !== undefined) lines.set(kind, lineOf(first));
  }
  const [any] = lines.values();
  const same = any !== undefined && [...lines.values()].every((line) => line === any);
  return same ? { '*': any } : Object.fromEntries(lines);
}

/** Kinds of channels whose messages without a conversation of the platform's belong to their sender's conversation. */
const conversational: readonly ChannelKind[] = ['CHAT', 'PHONE', 'FACEBOOK', 'TWITTER', 'API'];

/**
 * Conversation key of all that a sender says on a channel; null where each message stands for itself, and where the
 * channel does not vouch for the sender, who could be anybody.
 */
export function conversationOf(
  channel: { readonly id: string; readonly kind: ChannelKind },
  identities: readonly Identity[],
): string | null {
  const [first] = identities;
  if (first?.verified !== true || !conversational.includes(channel.kind)) return null;
  return `conv-of:${channel.id}:${lineOf(first)}`;
}
