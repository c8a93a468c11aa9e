import type { TicketLinkKind } from '@smart-tickets/contracts';

/** Kinds of links that show at both ends. A merged ticket tells of its heir by `mergedIntoId` instead. */
export type MutualLinkKind = Exclude<TicketLinkKind, 'MERGED_FROM'>;

/** How a link looks from its other end. */
export const inverseLink: Record<MutualLinkKind, MutualLinkKind> = {
  FOLLOW_UP_OF: 'FOLLOWED_UP_BY',
  FOLLOWED_UP_BY: 'FOLLOW_UP_OF',
  SPLIT_FROM: 'SPLIT_INTO',
  SPLIT_INTO: 'SPLIT_FROM',
  PARENT: 'CHILD',
  CHILD: 'PARENT',
  RELATED: 'RELATED',
};

/** Kinds by which agents link; the other ones come about by themselves. */
export const agentLinkKinds = ['PARENT', 'CHILD', 'RELATED'] as const;
export type AgentLinkKind = (typeof agentLinkKinds)[number];

/** Whether agents may link by this kind. */
export function isAgentLink(kind: TicketLinkKind): kind is AgentLinkKind {
  return agentLinkKinds.some((allowed) => allowed === kind);
}

/** Most parents that stand above each other. */
export const maxParents = 50;
/** Most links of a ticket that are shown, and that agents can make. */
export const maxLinks = 100;
/** Most links of a ticket among which one is added because a stranger's message names it. */
export const maxNamedLinks = 50;

/** A link as its one end shows it. */
export interface TicketLink {
  readonly kind: TicketLinkKind;
  readonly otherId: string;
}
