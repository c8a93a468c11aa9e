/** An agent who has a ticket open now. */
export interface TicketViewer {
  readonly agentId: string;
  /** Since when without a break. */
  readonly since: string;
  readonly writing: boolean;
}

/** A viewer who was not heard of for this long has gone. */
export const viewerSeconds = 30;

/** Most viewers that are told of one ticket; who came first counts. */
export const maxViewers = 100;
