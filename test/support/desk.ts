import { eventually } from '@smart-tickets/testing/eventually';
import type { RunningSystem } from '@smart-tickets/testing/processes';
import { createHash } from 'node:crypto';
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
  readonly assignee: { readonly id: string } | null;
  readonly timeline: { readonly nodes: readonly EntryView[] };
}

/** A file that goes out with an answer. */
export interface AnswerFile {
  readonly name: string;
  readonly bytes: Buffer;
}

/** An answer that was given, by the id of its message. */
export interface GivenAnswer {
  readonly id: string;
  readonly text: string;
  readonly files: readonly AnswerFile[];
}

/** What is said with an answer besides its text. */
export interface AnswerParts {
  /** How many calls with the same key say it; one answer, and all must be told so. */
  readonly times?: number;
  readonly files?: readonly AnswerFile[];
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

  /** Answers what was said last on a ticket. */
  async answer(
    ticketId: string,
    text: string,
    idempotencyKey: string,
    { times = 1, files = [] }: AnswerParts = {},
  ): Promise<GivenAnswer> {
    const attachmentIds = await Promise.all(files.map((file) => this.#upload(file)));
    const { ticket } = await this.ask<{ ticket: { lastMessage: { id: string } } }>(
      'query ($ticketId: ID!) { ticket(id: $ticketId) { lastMessage { id } } }',
      { ticketId },
    );
    const expectedLastMessageId = ticket.lastMessage.id;
    const input = { ticketId, text, idempotencyKey, expectedLastMessageId, attachmentIds };
    // Where the intake is down, the ticket service hears of the files when it is back; the answer is tried again until then.
    const give = (): Promise<string> =>
      eventually(async () => {
        const { replyToTicket } = await this.ask<{
          replyToTicket: { message: { id: string } | null; userErrors: { message: string }[] };
        }>(
          'mutation ($input: ReplyToTicketInput!) { replyToTicket(input: $input) { message { id } userErrors { code message } } }',
          { input },
        );
        const { message, userErrors } = replyToTicket;
        if (message !== null) return message.id;
        if (userErrors.every((error) => error.message.startsWith('There is no upload'))) return null;
        throw new Error(`no answer: ${JSON.stringify(userErrors)}`);
      }, patienceMs);
    const ids = await Promise.all(Array.from({ length: times }, give));
    const [id = ''] = ids;
    if (new Set(ids).size !== 1) throw new Error(`one key, several answers: ${ids.join(', ')}`);
    return { id, text, files };
  }

  /** Hands a file in, as a front end does before it sends an answer; gives the id by which the answer names it. */
  async #upload({ name, bytes }: AnswerFile): Promise<string> {
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const { createUpload } = await this.ask<{
      createUpload: { attachmentId: string; uploadUrl: string; userErrors: unknown[] };
    }>(
      `mutation ($input: CreateUploadInput!) { createUpload(input: $input) {
         attachmentId uploadUrl userErrors { code message } } }`,
      { input: { fileName: name, mediaType: 'application/pdf', sizeBytes: bytes.length, sha256 } },
    );
    if (createUpload.userErrors.length > 0) throw new Error(JSON.stringify(createUpload.userErrors));
    await eventually(async () => {
      const url = new URL(createUpload.uploadUrl, this.#system.url);
      const put = await fetch(url, { method: 'PUT', body: new Uint8Array(bytes) });
      return put.status === 204;
    }, patienceMs);
    return createUpload.attachmentId;
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
      `query ($id: ID!) { ticket(id: $id) { status awaitingReplySince assignee { id } timeline(first: 100) { nodes {
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
