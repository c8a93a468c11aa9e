/** By what tickets are counted; source: the closed set of the GraphQL schema. */
export const ticketCountBys = ['STATUS', 'PRIORITY', 'CHANNEL', 'TEAM', 'ASSIGNEE'] as const;
export type TicketCountBy = (typeof ticketCountBys)[number];

/** How many tickets have a key in common. */
export interface TicketCount {
  /** The status, priority or channel, or the id of the team or agent; `none` where there is none. */
  readonly key: string;
  readonly count: number;
  readonly awaitingReply: number;
}

/** Most keys that an answer holds; those with the fewest tickets are left out. */
export const maxCountKeys = 1_000;
