import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { inParallel } from '@smart-tickets/kit/limits';
import { eventually } from '@smart-tickets/testing/eventually';
import { mail } from '@smart-tickets/testing/mail';
import { queueBackends } from '@smart-tickets/testing/queue-backends';
import { gatewayData } from './support/gateway-client.ts';
import { startServicesGateway, type ServicesGateway } from './support/services-gateway.ts';
import { Services, type ServiceName } from './support/services.ts';
import { TrafficMeter } from './support/traffic.ts';
import { WorkspaceRows } from './support/workspace-rows.ts';

const serviceNames: ServiceName[] = ['ticket', 'channel-ingest', 'routing', 'search'];
const sizes = [5, 25, 50] as const;
const customers = 25;
/** Older than those on any page: what the others are linked to and merged into. */
const older = 5;

const person = `__typename ... on Agent { id name teams { id name } } ... on Customer { id customerName: name } ... on System { systemName: name }`;
const message = `id direction text html to cc sentAt threadReason author { ${person} }
  attachments { id fileName mediaType sizeBytes url inline } call { outcome }
  source { id status channel { id name team { name } } ticket { id number } }
  delivery { id status attempts to recipients { address status } channel { id name team { name } }
             message { id text } ticket { id number } content { subject text headers attachments { fileName url } } }`;
const everything = `
  id number subject status priority channel tags language version messageCount
  awaitingReplySince snoozedUntil createdAt updatedAt firstRepliedAt resolvedAt
  fields { key value }
  customer { id name company fields { key value } identities { kind value verified } mergedInto { id name }
             tickets(first: 3) { nodes { id subject } pageInfo { hasNextPage } } }
  assignee { id name teams { id name } }
  team { id name agents { id name } }
  lastMessage { ${message} }
  timeline(first: 5) { pageInfo { hasNextPage endCursor } nodes {
    __typename
    ... on Message { ${message} ticket { id } }
    ... on Note { id text author { ${person} } mentions { id name } ticket { id } }
    ... on TicketChange { id kind at before after actor { ${person} } } } }
  viewers { agent { id name } since writing }
  links { kind ticket { id number subject team { name } } }
  mergedInto { id number }
  rating { score comment ratedAt }
  assignments(first: 3) { at reason agent { name } team { name } }`;

const pages = {
  'a page of tickets with all that belongs to them': `query ($size: Int!) { tickets(first: $size) { nodes { ${everything} } } }`,
  'tickets that were found by words': `query ($size: Int!) {
    searchTickets(query: "parcel", sort: UPDATED_DESC, first: $size) { edges { score highlights { html } node { ${everything} } } } }`,
  'customers with their tickets': `query ($size: Int!) { customers(first: $size) { nodes {
    id name company fields { key value } identities { kind value } mergedInto { id }
    tickets(first: 5) { nodes { id number team { name } lastMessage { id } } } } } }`,
  'what came in': `query ($size: Int!) { inboundMessages(first: $size) { nodes {
    id status channel { id name team { id name agents { name } } } ticket { id subject customer { name } } } } }`,
} as const;

describe.each(queueBackends.slice(0, 1))('on queues of $name', ({ open }) => {
  let services: Services;
  let gateway: ServicesGateway;
  let rows: WorkspaceRows;
  let meter: TrafficMeter;
  let token: string;
  let url: string;

  beforeAll(async () => {
    services = await Services.start(open);
    rows = await WorkspaceRows.open(services);
    await fill(0, older);
    await fill(older, older + Math.max(...sizes));
    await answerEveryOther();
    await furnish();
    gateway = await startServicesGateway(services, {
      // Whether equal reads of one request meet depends on how quick they are.
      sharedReadMs: 0,
      // Fifty tickets with everything are more than one request may usually ask for.
      limits: { cost: 1_000_000, depth: 20, tokens: 10_000, selections: 100_000, aliases: 1_000 },
    });
    url = gateway.url;
    token = await gateway.tokenOf('ADMIN', services.seed.agents[0]?.id ?? '');
    meter = new TrafficMeter();
  }, 180_000);
  afterAll(async () => {
    meter.close();
    await gateway.stop();
    await rows.close();
    await services.stop();
  });

  /** Tickets of mails, assigned. */
  async function fill(from: number, to: number): Promise<void> {
    const numbers = Array.from({ length: to - from }, (_, nth) => from + nth);
    await inParallel(numbers, 4, (nth) =>
      services.ingestMail(
        mail({
          from: `Customer ${nth % customers} <c${nth % customers}@example.org>`,
          subject: `Parcel ${nth}`,
          text: `Where is parcel ${nth}?`,
          messageId: `m${nth}@example.org`,
        }),
      ),
    );
    await eventually(async () => {
      const [found] = await rows.query<{ count: number }>(
        'ticket',
        'select count(*)::int as count from ticket where workspace_id = $1 and assignee_id is not null',
        [services.seed.workspace.id],
      );
      return found?.count === to;
    }, 60_000);
    await rows.settled(services.seed.workspace.id);
  }

  /** Changes all tickets in their order, every other by an answer: of the newest, too, some had the customer's word last. */
  async function answerEveryOther(): Promise<void> {
    const workspaceId = services.seed.workspace.id;
    const tickets = await rows.query<{ id: string; number: number }>(
      'ticket',
      'select id, number from ticket where workspace_id = $1 order by number',
      [workspaceId],
    );
    for (const { id, number } of tickets) {
      const change =
        number % 2 === 0
          ? 'replyToTicket(input: { ticketId: $id, text: "On its way." }) { message { id } }'
          : 'updateTicket(input: { id: $id, addTags: ["seen"] }) { ticket { id } }';
      await services.data('ticket', services.viewer('ADMIN'), `mutation ($id: ID!) { ${change} }`, { id });
    }
    await rows.settled(workspaceId);
    await eventually(async () => {
      const made = await rows.query('channel-ingest', 'select from delivery where workspace_id = $1', [
        workspaceId,
      ]);
      return made.length === Math.floor(tickets.length / 2);
    });
  }

  /** Gives each ticket one of everything that can belong to a ticket. */
  async function furnish(): Promise<void> {
    const workspaceId = services.seed.workspace.id;
    const [agent, other] = services.seed.agents.map(({ id }) => id);
    const statements: [string, unknown[]][] = [
      [
        `insert into custom_field (workspace_id, applies_to, key, label, type, required, archived, created_at)
         select $1, owner, 'plan', 'Plan', 'TEXT', false, false, now() from unnest(array['TICKET', 'CUSTOMER']) owner`,
        [],
      ],
      [
        `update ticket set updated_at = timestamptz '2026-01-01 00:00:00+00' + make_interval(mins => number), fields = '{"plan": "gold"}', tags = '{vip,late}', snoozed_until = now() + interval '1 day',
                rating = jsonb_build_object('score', 'GOOD', 'comment', null, 'ratedAt', '2026-01-01T00:00:00.000Z')
          where workspace_id = $1`,
        [],
      ],
      [
        `update ticket t set merged_into = n.id, heir_id = n.id, status_before_merge = t.status from ticket n
          where t.workspace_id = $1 and n.workspace_id = $1 and t.number > ${older} and n.number = 1`,
        [],
      ],
      [
        `insert into ticket_link (workspace_id, ticket_id, kind, other_id, created_at)
         select $1, a.id, 'RELATED', b.id, now() from ticket a join ticket b on b.workspace_id = $1
            and b.number < ${older} where a.workspace_id = $1 and a.number > ${older}`,
        [],
      ],
      [
        `insert into ticket_viewer (workspace_id, ticket_id, agent_id, since, seen_at, writing)
         select $1, id, agent, now(), now() + interval '1 hour', false from ticket, unnest($2::uuid[]) agent
          where workspace_id = $1`,
        [[agent, other]],
      ],
      [
        `insert into timeline_entry (workspace_id, id, ticket_id, seq, type, at, actor_type, actor_id, text, mentions)
         select $1, gen_random_uuid(), id, entry_count + 1, 'NOTE', now(), 'AGENT', $2, 'A note', array[$3::uuid]
           from ticket where workspace_id = $1`,
        [agent, other],
      ],
      [
        `update timeline_entry set attachments = jsonb_build_array(jsonb_build_object('id', id, 'fileName', 'a.txt',
           'mediaType', 'text/plain', 'sizeBytes', 3, 'sha256', repeat('0', 64), 'contentId', null, 'inline', false))
          where workspace_id = $1 and type = 'MESSAGE'`,
        [],
      ],
      [`update ticket set entry_count = entry_count + 1 where workspace_id = $1`, []],
      [`update customer set fields = '{"plan": "gold"}', company = 'Acme' where workspace_id = $1`, []],
    ];
    for (const [text, values] of statements) await rows.query('ticket', text, [workspaceId, ...values]);
    await rows.settled(workspaceId);
  }

  test.each(Object.entries(pages))(
    '%s cost as many statements and requests for five as for fifty',
    async (_name, query) => {
      const ports = Object.fromEntries(
        serviceNames.map((name) => [name, Number(new URL(services.url(name)).port)]),
      );
      const costs = [];
      for (const size of sizes) {
        await gatewayData(url, token, query, { size });
        costs.push(await meter.during(ports, () => gatewayData(url, token, query, { size })));
      }

      const [few, some, many] = costs;
      if (process.env['SHOW_TRAFFIC'] !== undefined)
        process.stderr.write(`${JSON.stringify(many, null, 1)}\n`);
      expect(some).toEqual(few);
      expect(many).toEqual(few);
    },
  );
});
