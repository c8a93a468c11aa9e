import { eventually } from '@smart-tickets/testing/eventually';
import type { RunningSystem } from '@smart-tickets/testing/processes';
import { setTimeout as pause } from 'node:timers/promises';
import type { OutgoingMail } from './fake-customer.ts';
import { gatewayData } from './gateway-client.ts';

/** Where an answer is on its way out, as agents see it. */
export interface DeliveryView {
  readonly id: string;
  readonly status: string;
  readonly attempts: number;
  readonly externalId: string | null;
  readonly error: string | null;
  readonly ticket: { readonly id: string };
  readonly recipients: readonly {
    readonly address: string;
    readonly status: string;
    readonly error: string | null;
  }[];
}

const deliveryFields =
  'id status attempts externalId error ticket { id } recipients { address status error }';

/** One entry of a ticket's timeline, oldest first. */
export interface EntryView {
  readonly __typename: string;
  readonly id: string;
  readonly direction?: string;
  readonly text?: string;
  readonly kind?: string;
  readonly automatic?: boolean;
}

export interface TicketView {
  readonly status: string;
  readonly awaitingReplySince: string | null;
  readonly timeline: { readonly nodes: readonly EntryView[] };
}

/** An answer that was given, by the id of its message. */
export interface GivenAnswer {
  readonly id: string;
  readonly text: string;
}

const patienceMs = 60_000;

/** What agents do and see at the gateway; it asks until it is answered, whatever process is down just then. */
export class Desk {
  #system: RunningSystem;

  constructor(system: RunningSystem) {
    this.#system = system;
  }

  /** The ticket that a mail is on, as soon as it is on one. */
  async ticketOf({ externalId }: OutgoingMail): Promise<string> {
    return eventually(async () => {
      const { inboundMessages } = await this.ask<{
        inboundMessages: { nodes: { externalId: string; ticket: { id: string } | null }[] };
      }>('{ inboundMessages(first: 50) { nodes { externalId ticket { id } } } }');
      return inboundMessages.nodes.find((one) => one.externalId === externalId)?.ticket?.id ?? null;
    }, patienceMs);
  }

  /** Answers what was said last on a ticket; `times` calls with the same key are one answer, and must all be told so. */
  async answer(ticketId: string, text: string, idempotencyKey: string, times = 1): Promise<GivenAnswer> {
    const { ticket } = await this.ask<{ ticket: { lastMessage: { id: string } } }>(
      'query ($ticketId: ID!) { ticket(id: $ticketId) { lastMessage { id } } }',
      { ticketId },
    );
    const expectedLastMessageId = ticket.lastMessage.id;
    const input = { ticketId, text, idempotencyKey, expectedLastMessageId };
    const calls = Array.from({ length: times }, () =>
      this.ask<{ replyToTicket: { message: { id: string } | null; userErrors: unknown[] } }>(
        'mutation ($input: ReplyToTicketInput!) { replyToTicket(input: $input) { message { id } userErrors { code message } } }',
        { input },
      ),
    );
    const ids = (await Promise.all(calls)).map(({ replyToTicket: { message, userErrors } }) => {
      if (message === null) throw new Error(`no answer: ${JSON.stringify(userErrors)}`);
      return message.id;
    });
    const [id = ''] = ids;
    if (new Set(ids).size !== 1) throw new Error(`one key, several answers: ${ids.join(', ')}`);
    return { id, text };
  }

  async delivery(id: string): Promise<DeliveryView | null> {
    const data = await this.ask<{ delivery: DeliveryView | null }>(
      `query ($id: ID!) { delivery(id: $id) { ${deliveryFields} } }`,
      { id },
    );
    return data.delivery;
  }

  /** The delivery of an answer once it is in a status. */
  async deliveryIn(id: string, status: string, limitMs = patienceMs): Promise<DeliveryView> {
    return eventually(async () => {
      const delivery = await this.delivery(id);
      if (delivery?.status === status) return delivery;
      throw new Error(`delivery ${id} is ${JSON.stringify(delivery)}, not ${status}`);
    }, limitMs);
  }

  async ticket(id: string): Promise<TicketView> {
    const data = await this.ask<{ ticket: TicketView | null }>(
      `query ($id: ID!) { ticket(id: $id) { status awaitingReplySince timeline(first: 100) { nodes {
         __typename ... on Message { id direction text automatic } ... on TicketChange { id kind } } } } }`,
      { id },
    );
    if (data.ticket === null) throw new Error(`there is no ticket ${id}`);
    return data.ticket;
  }

  /** All deliveries that there are, newest first. */
  async deliveries(): Promise<DeliveryView[]> {
    const all: DeliveryView[] = [];
    for (let after: string | null = null; ;) {
      const { deliveries }: { deliveries: DeliveryPage } = await this.ask(
        `query ($after: String) { deliveries(first: 100, after: $after) {
           nodes { ${deliveryFields} } pageInfo { hasNextPage endCursor } } }`,
        { after },
      );
      all.push(...deliveries.nodes);
      if (!deliveries.pageInfo.hasNextPage) return all;
      after = deliveries.pageInfo.endCursor;
    }
  }

  /** How many messages are in which state. */
  async ledger(): Promise<Record<string, number>> {
    const { inboundLedger } = await this.ask<{ inboundLedger: Record<string, number> }>(
      '{ inboundLedger { received inWork onTicket duplicate held deadLetter } }',
    );
    return inboundLedger;
  }

  /** Data of an answer of the gateway without errors, to the seeded agent. */
  async ask<T>(query: string, variables: object = {}): Promise<T> {
    const deadline = Date.now() + patienceMs;
    for (;;) {
      try {
        return await gatewayData<T>(this.#system.url, this.#system.tokens.agent, query, variables);
      } catch (error) {
        if (Date.now() > deadline) throw error;
        await pause(50);
      }
    }
  }
}

interface DeliveryPage {
  readonly nodes: DeliveryView[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}
