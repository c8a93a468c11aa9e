import { newId } from '@smart-tickets/kit/ids';
import { eventually } from '@smart-tickets/testing/eventually';
import { makeSeed, type Seed, type Services } from './services.ts';

/** What has become of a mail. */
export interface Settled {
  readonly status: string;
  readonly reason: string | null;
  readonly ticket: { readonly id: string } | null;
}

/** A ticket as the tests of mailboxes look at it. */
export interface MailTicket {
  readonly id: string;
  readonly status: string;
  readonly subject: string;
  readonly customer: { readonly identities: readonly { readonly value: string }[] } | null;
  readonly links: readonly { readonly kind: string; readonly ticket: { readonly id: string } }[];
  readonly timeline: {
    readonly nodes: readonly {
      readonly __typename: string;
      readonly id: string;
      readonly text?: string;
      readonly threadReason?: string | null;
      readonly changedSubject?: string | null;
    }[];
  };
}

const settleMs = 60_000;

/** A workspace with three mailboxes: support, sales and billing at example.com. */
export function departmentsSeed(): Seed {
  const seed = makeSeed('Departments');
  const mailbox = (name: string) => ({
    id: newId(),
    kind: 'EMAIL',
    name,
    address: `${name}@example.com`,
    teamId: seed.teams[0]?.id ?? '',
    tokenGeneration: 1,
  });
  return { ...seed, channels: [mailbox('support'), mailbox('sales'), mailbox('billing')] };
}

/** The mailboxes of a running workspace, seen from outside. */
export class Departments {
  readonly services: Services;
  readonly seed: Seed;

  constructor(services: Services, seed: Seed) {
    this.services = services;
    this.seed = seed;
  }

  /** The id of a mailbox. */
  channel(name: string): string {
    return this.seed.channels.find((channel) => channel.name === name)?.id ?? '';
  }

  /** Sets settings of a mailbox. */
  async set(name: string, settings: object): Promise<void> {
    const { updateChannel } = await this.services.data<{ updateChannel: { userErrors: unknown[] } }>(
      'channel-ingest',
      this.services.viewer('ADMIN', this.seed),
      `mutation ($input: UpdateChannelInput!) { updateChannel(input: $input) { userErrors { message } } }`,
      { input: { id: this.channel(name), settings } },
    );
    if (updateChannel.userErrors.length > 0) throw new Error(JSON.stringify(updateChannel.userErrors));
  }

  /** Hands a mail in that has come to a mailbox; gives back the item's id. */
  async deliver(name: string, raw: Buffer): Promise<string> {
    const { services } = this;
    const { ingestEmail } = await services.data<{ ingestEmail: { inboundMessage: { id: string } | null } }>(
      'channel-ingest',
      { ...services.viewer('CONNECTOR', this.seed), subject: this.channel(name) },
      `mutation ($raw: String!) { ingestEmail(input: { raw: $raw }) {
         inboundMessage { id } userErrors { message } } }`,
      { raw: Buffer.concat([Buffer.from(`Delivered-To: ${name}@example.com\r\n`), raw]).toString('base64') },
    );
    if (ingestEmail.inboundMessage === null) throw new Error(JSON.stringify(ingestEmail));
    return ingestEmail.inboundMessage.id;
  }

  /** What has become of an item, once its way has ended. */
  settled(id: string): Promise<Settled> {
    return eventually(async () => {
      const { inboundMessage } = await this.services.data<{ inboundMessage: Settled }>(
        'channel-ingest',
        this.services.viewer('ADMIN', this.seed),
        `query ($id: ID!) { inboundMessage(id: $id) { status reason ticket { id } } }`,
        { id },
      );
      return inboundMessage.status === 'RECEIVED' ? null : inboundMessage;
    }, settleMs);
  }

  /** Has the same mail come to mailboxes at the same instant; what became of each, in their order. */
  async arrive(raw: Buffer, names: readonly string[]): Promise<Settled[]> {
    const ids = await Promise.all(names.map((name) => this.deliver(name, raw)));
    return Promise.all(ids.map((id) => this.settled(id)));
  }

  /** A ticket as it stands. */
  async ticket(id: string): Promise<MailTicket> {
    const { ticket } = await this.services.data<{ ticket: MailTicket }>(
      'ticket',
      this.services.viewer('ADMIN', this.seed),
      `query ($id: ID!) { ticket(id: $id) { id status subject customer { identities { value } }
         links { kind ticket { id } }
         timeline(first: 100) { nodes { __typename ... on Message { id text threadReason changedSubject }
           ... on Note { id text } ... on TicketChange { id } } } } }`,
      { id },
    );
    return ticket;
  }

  /** What was said on a ticket, in its order. */
  async texts(id: string): Promise<(string | undefined)[]> {
    const { timeline } = await this.ticket(id);
    return timeline.nodes.filter(({ __typename }) => __typename === 'Message').map(({ text }) => text);
  }

  /** Answers a ticket; gives back the headers and the subject of the mail that goes out. */
  async answer(
    ticketId: string,
    text: string,
  ): Promise<{ headers: Record<string, string>; subject: string }> {
    const { services } = this;
    const { timeline } = await this.ticket(ticketId);
    const last = timeline.nodes.findLast(({ __typename }) => __typename === 'Message');
    const { replyToTicket } = await services.data<{ replyToTicket: { message: { id: string } | null } }>(
      'ticket',
      services.viewer('ADMIN', this.seed),
      `mutation ($input: ReplyToTicketInput!) { replyToTicket(input: $input) {
         message { id } userErrors { message } } }`,
      { input: { ticketId, text, expectedLastMessageId: last?.id } },
    );
    if (replyToTicket.message === null) throw new Error(JSON.stringify(replyToTicket));
    const { id } = replyToTicket.message;
    return eventually(async () => {
      const { delivery } = await services.data<{
        delivery: { content: { subject: string; headers: Record<string, string> } } | null;
      }>(
        'channel-ingest',
        services.viewer('ADMIN', this.seed),
        `query ($id: ID!) { delivery(id: $id) { content { subject headers } } }`,
        { id },
      );
      return delivery?.content ?? null;
    }, settleMs);
  }
}
