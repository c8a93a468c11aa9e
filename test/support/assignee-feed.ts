import { createClient, type Client } from 'graphql-ws';

/** What an agent's screen is told of one of their tickets. */
export interface Told {
  readonly kind: string;
  readonly ticket: {
    readonly id: string;
    readonly status: string;
    readonly assignee: { readonly id: string } | null;
  };
  readonly entry: {
    readonly kind?: string;
    readonly after?: { readonly messageId?: string; readonly status?: string } | null;
  } | null;
}

const subscription = `subscription ($assigneeId: [ID!]) {
  ticketEvents(filter: { assigneeId: $assigneeId }) {
    kind ticket { id status assignee { id } } entry { ... on TicketChange { kind after } } } }`;

/** Everything that an agent is told live of the tickets assigned to them, from when the subscription stands. */
export class AssigneeFeed {
  readonly told: Told[] = [];
  #client: Client;
  #leave: () => void;

  /** @param url of the gateway's GraphQL endpoint */
  constructor(url: string, token: string, assigneeId: string) {
    this.#client = createClient({
      url: url.replace(/^http/, 'ws'),
      connectionParams: { authorization: `Bearer ${token}` },
    });
    this.#leave = this.#client.subscribe<{ ticketEvents: Told }>(
      { query: subscription, variables: { assigneeId: [assigneeId] } },
      {
        next: ({ data }) => {
          if (data != null) this.told.push(data.ticketEvents);
        },
        error: () => undefined,
        complete: () => undefined,
      },
    );
  }

  /** What was told of the delivery of an answer. */
  ofDelivery(answerId: string): Told[] {
    return this.told.filter(({ entry }) => entry?.kind === 'DELIVERY' && entry.after?.messageId === answerId);
  }

  async close(): Promise<void> {
    this.#leave();
    await this.#client.dispose();
  }
}
