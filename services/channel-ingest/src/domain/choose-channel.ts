import type { ChannelKind } from '@smart-tickets/contracts';

/** What is looked at of a channel when one is chosen for an answer. */
export interface ChannelChoice {
  readonly id: string;
  readonly kind: ChannelKind;
  readonly teamId: string | null;
  readonly enabled: boolean;
}

/** What an answer is to be carried out for. */
export interface ChannelWish {
  /** The channel that the answered message came by; null when it answers none that is known here. */
  readonly answeredChannelId: string | null;
  readonly ticketChannelId: string | null;
  readonly kind: ChannelKind;
  readonly teamId: string | null;
}

/**
 * The channel that carries an answer: the one that the answered message came by, else the ticket's, else one of the ticket's
 * kind, or a mailbox where the kind has none; the team's before others, and of equals the first given. Channels that are
 * switched off carry nothing. Null where there is none.
 */
export function chooseChannel<C extends ChannelChoice>(channels: readonly C[], wish: ChannelWish): C | null {
  const enabled = channels.filter((channel) => channel.enabled);
  for (const id of [wish.answeredChannelId, wish.ticketChannelId]) {
    const own = enabled.find((channel) => channel.id === id);
    if (own !== undefined) return own;
  }
  for (const kind of [wish.kind, 'EMAIL']) {
    const ofKind = enabled.filter((channel) => channel.kind === kind);
    const found = ofKind.find(({ teamId }) => teamId !== null && teamId === wish.teamId) ?? ofKind[0];
    if (found !== undefined) return found;
  }
  return null;
}
