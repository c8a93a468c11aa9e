import { eventually } from '@smart-tickets/testing/eventually';
import { mail } from '@smart-tickets/testing/mail';
import type { RunningSystem } from '@smart-tickets/testing/processes';
import { gatewayData } from '../support/gateway-client.ts';

/** Ids of what the operations ask for. */
export interface World {
  /** Tickets of an API channel, by the order of their first messages; the last but one was merged into the first. */
  readonly ticketIds: readonly string[];
  readonly ticketNumber: number;
  readonly customerId: string;
  /** Of the mail that was answered. */
  readonly mailTicketId: string;
  readonly agentId: string;
  readonly teamId: string;
  readonly channelId: string;
  readonly webhookId: string;
  readonly deliveryId: string;
}

type Ask = <T>(query: string, variables?: object) => Promise<T>;

const subjects = ['Refund of order 7', 'Parcel is late', 'Invoice twice', 'Wrong size', 'Login fails'];

/** Makes a help desk with something of everything in it, and waits until nothing in it moves any more. */
export async function makeWorld({ url, tokens }: RunningSystem): Promise<World> {
  const as =
    (token: string): Ask =>
    (query, variables = {}) =>
      gatewayData(url, token, query, variables);
  const agent = as(tokens.agent);
  const admin = as(tokens.admin);
  await admin(
    'mutation { upsertCustomField(input: { key: "plan", label: "Plan", type: ENUM, options: ["free", "pro"] }) { userErrors { code } } }',
  );
  await handIn(as(tokens.channels['API'] ?? ''), as(tokens.channels['EMAIL'] ?? ''));
  const tickets = await untilAllThere(agent);
  const ticketIds = subjects.map((subject) => idOf(tickets, subject));
  const mailTicketId = idOf(tickets, 'Printer on fire');
  const people = await agent<{
    agents: { id: string }[];
    teams: { id: string }[];
    channels: { id: string }[];
  }>('{ agents { id } teams { id } channels { id } }');
  const [agentId, teamId, channelId] = [people.agents, people.teams, people.channels].map(
    (list) => list[0]?.id ?? '',
  ) as [string, string, string];
  await work(agent, ticketIds, agentId, teamId);
  const deliveryId = await answer(agent, mailTicketId);
  const { createWebhook } = await admin<{ createWebhook: { webhook: { id: string } } }>(
    'mutation { createWebhook(input: { name: "Shop", url: "https://shop.example/hook" }) { webhook { id } } }',
  );
  const { ticket } = await agent<{ ticket: { number: number; customer: { id: string } } }>(
    'query ($id: ID!) { ticket(id: $id) { number customer { id } } }',
    { id: ticketIds[0] },
  );
  await untilIndexed(agent);
  return {
    ticketIds,
    ticketNumber: ticket.number,
    customerId: ticket.customer.id,
    mailTicketId,
    agentId,
    teamId,
    channelId,
    webhookId: createWebhook.webhook.id,
    deliveryId,
  };
}

async function handIn(api: Ask, mailbox: Ask): Promise<void> {
  for (const [nth, subject] of subjects.entries()) {
    await api(
      'mutation ($input: IngestMessageInput!) { ingestMessage(input: $input) { userErrors { code } } }',
      {
        input: {
          externalId: `peer-${nth}`,
          threadId: `peer-${nth}`,
          from: { name: `Customer ${nth % 3}`, externalId: `customer-${nth % 3}` },
          subject,
          text: `${subject}, please help.`,
          fields: { plan: nth % 2 === 0 ? 'free' : 'pro' },
        },
      },
    );
  }
  await mailbox('mutation ($raw: String!) { ingestEmail(input: { raw: $raw }) { userErrors { code } } }', {
    raw: mail().toString('base64'),
  });
}

interface Seen {
  readonly id: string;
  readonly subject: string;
}

async function untilAllThere(agent: Ask): Promise<readonly Seen[]> {
  return eventually(async () => {
    const { tickets } = await agent<{ tickets: { nodes: (Seen & { assignments: unknown[] })[] } }>(
      '{ tickets { nodes { id subject assignments { reason } } } }',
    );
    const { nodes } = tickets;
    return nodes.length === subjects.length + 1 && nodes.every(({ assignments }) => assignments.length > 0)
      ? nodes
      : null;
  }, 30_000);
}

function idOf(tickets: readonly Seen[], subject: string): string {
  const found = tickets.find((ticket) => ticket.subject === subject);
  if (found === undefined) throw new Error(`there is no ticket "${subject}"`);
  return found.id;
}

/** Notes, changes, a link and a merge, so that timelines have entries of every kind. */
async function work(agent: Ask, ids: readonly string[], agentId: string, teamId: string): Promise<void> {
  const [first, second, third, fourth] = ids;
  await agent(
    `mutation ($first: ID!, $second: ID!, $third: ID!, $fourth: ID!, $agent: ID!, $team: ID!) {
       note: addNote(input: { ticketId: $first, text: "Ask the shop.", mentionAgentIds: [$agent] }) { userErrors { code } }
       mine: updateTicket(input: { id: $first, assigneeId: $agent, priority: HIGH, addTags: ["refund", "shop"] }) {
         userErrors { code } }
       team: updateTicket(input: { id: $second, assigneeId: null, teamId: $team, status: PENDING }) { userErrors { code } }
       nobody: updateTicket(input: { id: $third, assigneeId: null, teamId: null }) { userErrors { code } }
       linkTickets(input: { ticketId: $first, otherId: $second, kind: RELATED }) { userErrors { code } }
       mergeTickets(input: { into: $first, from: [$fourth] }) { userErrors { code } }
     }`,
    { first, second, third, fourth, agent: agentId, team: teamId },
  );
}

async function answer(agent: Ask, ticketId: string): Promise<string> {
  const { replyToTicket } = await agent<{ replyToTicket: { message: { id: string } | null } }>(
    'mutation ($id: ID!) { replyToTicket(input: { ticketId: $id, text: "Water helps." }) { message { id } } }',
    { id: ticketId },
  );
  const id = replyToTicket.message?.id ?? '';
  await eventually(async () => {
    const { delivery } = await agent<{ delivery: object | null }>(
      'query ($id: ID!) { delivery(id: $id) { id } }',
      { id },
    );
    return delivery;
  }, 30_000);
  return id;
}

/** Waits until the index has the newest change. */
async function untilIndexed(agent: Ask): Promise<void> {
  await eventually(async () => {
    const { searchTickets } = await agent<{ searchTickets: { totalCount: number } }>(
      '{ searchTickets(query: "help") { totalCount } }',
    );
    return searchTickets.totalCount >= subjects.length - 1;
  }, 30_000);
}
