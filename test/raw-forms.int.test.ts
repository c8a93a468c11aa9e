import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { newId } from '@smart-tickets/kit/ids';
import { eventually } from '@smart-tickets/testing/eventually';
import { mail } from '@smart-tickets/testing/mail';
import { queueBackends } from '@smart-tickets/testing/queue-backends';
import { askGateway, gatewayData } from './support/gateway-client.ts';
import { startServicesGateway, type ServicesGateway } from './support/services-gateway.ts';
import { makeSeed, Services } from './support/services.ts';

const billing = { id: newId(), name: 'Billing' };
const first = makeSeed('Raw forms');
const agent = (name: string, role: string, teamIds: string[]) => ({
  id: newId(),
  name,
  email: `${name.toLowerCase()}@example.com`,
  role,
  teamIds,
});
const cleo = agent('Cleo', 'AGENT', [billing.id]);
const dora = agent('Dora', 'AGENT', []);
const vic = agent('Vic', 'VIEWER', [first.teams[0]?.id ?? '']);
const seed = {
  ...first,
  teams: [...first.teams, billing],
  agents: [...first.agents, cleo, dora, vic],
};
const [ada, bob] = first.agents as [(typeof first.agents)[0], (typeof first.agents)[0]];
const people = { ada, bob, cleo, dora, vic };
type Name = keyof typeof people;

interface Source {
  readonly id: string;
  readonly headers: Record<string, string[]> | null;
}

describe.each(queueBackends.slice(0, 1))('on queues of $name, what came in as it came in', ({ open }) => {
  let services: Services;
  let gateway: ServicesGateway;
  beforeAll(async () => {
    services = await Services.start(open, seed);
    gateway = await startServicesGateway(services);
  }, 120_000);
  afterAll(async () => {
    await gateway.stop();
    await services.stop();
  });

  const tokenOf = (name: Name): Promise<string> =>
    gateway.tokenOf(people[name].role as 'AGENT', people[name].id);

  async function ask<T>(name: Name, query: string, variables: object): Promise<T> {
    return gatewayData<T>(gateway.url, await tokenOf(name), query, variables);
  }

  /** A mail of a stranger's on a ticket of the first team. */
  async function mailOnTicket(): Promise<{ readonly item: string; readonly ticket: string }> {
    const messageId = `${newId()}@example.org`;
    const { id: item } = await services.ingestMail(mail({ from: `${newId()}@example.org`, messageId }));
    const ticket = await eventually(async () => {
      const { inboundMessage } = await ask<{
        inboundMessage: { ticket: { id: string; team: object | null; assignee: object | null } | null };
      }>(
        'ada',
        'query ($item: ID!) { inboundMessage(id: $item) { ticket { id team { id } assignee { id } } } }',
        {
          item,
        },
      );
      const found = inboundMessage.ticket;
      return found?.team == null || found.assignee == null ? null : found.id;
    });
    await change({ id: ticket, assigneeId: ada.id });
    return { item, ticket };
  }

  async function change(input: object): Promise<void> {
    const { updateTicket } = await ask<{ updateTicket: { userErrors: unknown[] } }>(
      'ada',
      'mutation ($input: UpdateTicketInput!) { updateTicket(input: $input) { userErrors { code message } } }',
      { input },
    );
    expect(updateTicket.userErrors).toEqual([]);
  }

  /** Who gets it: on the message, and its headers by the item's own id. */
  async function whoSees(item: string, ticket: string): Promise<Record<'source' | 'headers', string[]>> {
    const seen: Record<'source' | 'headers', string[]> = { source: [], headers: [] };
    for (const name of Object.keys(people) as Name[]) {
      const answer = await ask<{
        ticket: { timeline: { nodes: { source?: Source | null }[] } };
        inboundMessage: Source | null;
      }>(
        name,
        `query ($item: ID!, $ticket: ID!) {
          ticket(id: $ticket) { timeline(kinds: [MESSAGE]) { nodes { ... on Message { source { id headers } } } } }
          inboundMessage(id: $item) { id headers } }`,
        { item, ticket },
      );
      const source = answer.ticket.timeline.nodes.find((node) => node.source?.id === item)?.source;
      if (source?.headers?.['message-id'] !== undefined) seen.source.push(name);
      if (answer.inboundMessage?.headers?.['message-id'] !== undefined) seen.headers.push(name);
    }
    return seen;
  }
  async function whoReads(query: string, item: string): Promise<Name[]> {
    const seen: Name[] = [];
    for (const name of Object.keys(people) as Name[]) {
      const { inboundMessage } = await ask<{ inboundMessage: Source }>(name, query, { item });
      if (inboundMessage.headers !== null) seen.push(name);
    }
    return seen;
  }
  /** By the item itself only admins get the headers. */
  const seenBy = (...names: Name[]) => ({ source: names, headers: ['ada'] });

  test('is for admins, the team that the ticket is assigned to, and its assignee', async () => {
    const { item, ticket } = await mailOnTicket();

    const ofSupport = await whoSees(item, ticket);
    await change({ id: ticket, teamId: billing.id });
    const ofBilling = await whoSees(item, ticket);
    await change({ id: ticket, teamId: null, assigneeId: dora.id });
    const ofDora = await whoSees(item, ticket);
    await change({ id: ticket, assigneeId: null });
    const ofNobody = await whoSees(item, ticket);

    expect(ofSupport).toEqual(seenBy('ada', 'bob'));
    expect(ofBilling).toEqual(seenBy('ada', 'cleo'));
    expect(ofDora).toEqual(seenBy('ada', 'dora'));
    expect(ofNobody).toEqual(seenBy('ada'));
  });

  test('is for those of the heir, too, once its ticket was merged away', async () => {
    const merged = await mailOnTicket();
    const heir = await mailOnTicket();
    await change({ id: heir.ticket, teamId: billing.id });
    await ask(
      'ada',
      `mutation ($into: ID!, $from: [ID!]!) {
        mergeTickets(input: { into: $into, from: $from }) { userErrors { code message } } }`,
      { into: heir.ticket, from: [merged.ticket] },
    );

    expect(await whoSees(merged.item, heir.ticket)).toEqual(seenBy('ada', 'bob', 'cleo'));
  });

  test('is for admins alone when it is a copy of what is on a ticket', async () => {
    const raw = mail({ from: `${newId()}@example.org`, messageId: `${newId()}@example.org` });
    await services.ingestMail(raw);
    const { id: item } = await services.ingestMail(Buffer.concat([Buffer.from('Received: by mx\r\n'), raw]));
    const query = 'query ($item: ID!) { inboundMessage(id: $item) { status headers } }';
    await eventually(async () => {
      const { inboundMessage } = await ask<{ inboundMessage: { status: string } }>('ada', query, { item });
      return inboundMessage.status === 'DUPLICATE';
    });

    expect(await whoReads(query, item)).toEqual(['ada']);
  });

  test('is for all agents when it is held', async () => {
    const { id: item } = await services.ingestMail(
      Buffer.from(`Message-ID: <${newId()}@example.org>\r\nSubject: Nobody\r\n\r\nWho wrote this?\r\n`),
    );
    const query = 'query ($item: ID!) { inboundMessage(id: $item) { status headers } }';
    await eventually(async () => {
      const { inboundMessage } = await ask<{ inboundMessage: { status: string } }>('ada', query, { item });
      return inboundMessage.status === 'HELD';
    });

    expect(await whoReads(query, item)).toEqual(['ada', 'bob', 'cleo', 'dora']);
  });

  // The last one: a service that starts again has another port.
  test('is kept from the team while the service that knows it is away; the message itself is there, and admins see all', async () => {
    const { item, ticket } = await mailOnTicket();
    const query = 'query ($ticket: ID!) { ticket(id: $ticket) { lastMessage { text source { id } } } }';
    await services.halt('routing');

    const { data, errors } = await askGateway(gateway.url, await tokenOf('bob'), query, { ticket });
    const toAdmin = await askGateway(gateway.url, await tokenOf('ada'), query, { ticket });

    expect(data).toEqual({ ticket: { lastMessage: { text: expect.any(String) as unknown, source: null } } });
    expect(toAdmin.data).toMatchObject({ ticket: { lastMessage: { source: { id: item } } } });
    expect([errors.length, toAdmin.errors.length]).toEqual([1, 1]);
  });
});
