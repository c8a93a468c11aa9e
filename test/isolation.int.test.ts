import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { internalTokenHeader } from '@smart-tickets/kit/internal-token';
import { appRole, connectionSettings } from '@smart-tickets/kit/postgres';
import { eventually } from '@smart-tickets/testing/eventually';
import { mail } from '@smart-tickets/testing/mail';
import { queueBackends } from '@smart-tickets/testing/queue-backends';
import { createClient } from 'graphql-ws';
import pg from 'pg';
import { makeSeed, Services, type Seed, type ServiceName } from './support/services.ts';

const word = 'xylophonist';
const serviceNames: ServiceName[] = ['ticket', 'channel-ingest', 'routing', 'search'];

/** Tables without rows of one workspace: TypeORM's own list of migrations, and what the queue of all was last told. */
const notOfWorkspaces = new Set(['migrations', 'queue_mark', 'intake_listening']);
/** Indexes that serve all workspaces at once: the sequencer (docs/adr/0003), what wakes tickets, and the sweeps of uploads. */
const acrossWorkspaces = new Set(['outbox_order', 'ticket_waking', 'upload_by_age', 'webhook_delivery_age']);

describe.each(queueBackends)('a second workspace on $name', ({ open }) => {
  let services: Services;
  let own: Seed;
  let foreign: Seed;
  let foreignIds: { message: string; ticket: string; customer: string };

  beforeAll(async () => {
    services = await Services.start(open);
    own = services.seed;
    foreign = makeSeed('Second');
    for (const name of serviceNames) {
      await services.halt(name);
      await services.boot(name, foreign);
    }
    const raw = mail({
      subject: `The ${word} wrote`,
      text: `A ${word} needs help.`,
      messageId: 'foreign@example.org',
    });
    const { id } = await services.ingestMail(raw, foreign);
    foreignIds = await eventually(async () => {
      const { searchTickets } = await services.data<{ searchTickets: { edges: { node: { id: string } }[] } }>(
        'search',
        services.viewer('ADMIN', foreign),
        `{ searchTickets(query: "${word}") { edges { node { id } } } }`,
      );
      const ticket = searchTickets.edges[0]?.node.id;
      if (ticket === undefined) return null;
      const data = await services.data<{ ticket: { customer: { id: string }; team: unknown } }>(
        'ticket',
        services.viewer('ADMIN', foreign),
        `{ ticket(id: "${ticket}") { team { id } customer { id } } }`,
      );
      return data.ticket.team === null ? null : { message: id, ticket, customer: data.ticket.customer.id };
    });
  });
  afterAll(async () => {
    await services.stop();
  });

  /** Every id and word by which foreign data would show in an answer. */
  function traces(): string[] {
    return [
      ...Object.values(foreignIds),
      ...foreign.channels.map(({ id }) => id),
      ...foreign.agents.map(({ id }) => id),
      ...foreign.teams.map(({ id }) => id),
    ];
  }

  test.each([
    [
      'ticket',
      'ticket by id',
      (id: typeof foreignIds) => `{ found: ticket(id: "${id.ticket}") { id subject } }`,
      null,
    ],
    ['ticket', 'ticket by number', () => '{ found: ticketByNumber(number: 1) { id subject } }', null],
    ['ticket', 'list', () => '{ found: tickets(first: 100) { nodes { id } } }', { nodes: [] }],
    [
      'ticket',
      'list by customer',
      (id: typeof foreignIds) =>
        `{ found: tickets(filter: { customerId: ["${id.customer}"] }) { nodes { id } } }`,
      { nodes: [] },
    ],
    [
      'ticket',
      'customer',
      (id: typeof foreignIds) => `{ found: customer(id: "${id.customer}") { id name } }`,
      null,
    ],
    [
      'channel-ingest',
      'inbound message',
      (id: typeof foreignIds) => `{ found: inboundMessage(id: "${id.message}") { id } }`,
      null,
    ],
    [
      'channel-ingest',
      'inbound list',
      () => '{ found: inboundMessages(first: 100) { nodes { id } } }',
      { nodes: [] },
    ],
    ['channel-ingest', 'ledger', () => '{ found: inboundLedger { received } }', { received: 0 }],
    [
      'search',
      'words',
      () => `{ found: searchTickets(query: "${word}") { totalCount edges { node { id } } } }`,
      { totalCount: 0, edges: [] },
    ],
    [
      'search',
      'number',
      () => '{ found: searchTickets(query: "#1") { edges { node { id } } } }',
      { edges: [] },
    ],
    [
      'search',
      'everything',
      () => '{ found: searchTickets(query: "") { edges { node { id } } } }',
      { edges: [] },
    ],
    ['search', 'status', () => '{ found: searchStatus { documents } }', { documents: 0 }],
  ] as const)('is not seen in %s by %s', async (service, _path, query, expected) => {
    const data = await services.data<{ found: unknown }>(
      service,
      services.viewer('ADMIN', own),
      query(foreignIds),
    );

    expect(data.found).toEqual(expected);
  });

  test('is not seen through any entity', async () => {
    const entities: [ServiceName, string, string, string][] = [
      ['ticket', 'Ticket', foreignIds.ticket, 'number subject'],
      ['ticket', 'Message', foreignIds.message, 'text'],
      ['ticket', 'Customer', foreignIds.customer, 'name'],
      ['channel-ingest', 'Message', foreignIds.message, 'source { status }'],
      ['channel-ingest', 'InboundMessage', foreignIds.message, 'status'],
      ['channel-ingest', 'Channel', foreign.channels[0]?.id ?? '', 'name'],
      ['routing', 'Ticket', foreignIds.ticket, 'assignments { reason }'],
      ['routing', 'Agent', foreign.agents[0]?.id ?? '', 'name'],
      ['routing', 'Team', foreign.teams[0]?.id ?? '', 'name'],
    ];
    for (const [service, type, id, fields] of entities) {
      const answer = await services.ask(
        service,
        services.viewer('ADMIN', own),
        `query ($of: [_Any!]!) { _entities(representations: $of) { ... on ${type} { ${fields} } } }`,
        { of: [{ __typename: type, id }] },
      );
      const [entity] =
        (answer.data as { _entities: (Record<string, unknown> | null)[] } | null)?._entities ?? [];
      const values = Object.values(entity ?? {});
      expect([
        service,
        type,
        values.filter((value) => value !== null && JSON.stringify(value) !== '[]'),
      ]).toEqual([service, type, []]);
    }
  });

  test.each([
    [
      'ticket',
      (id: typeof foreignIds) =>
        `mutation { done: updateTicket(input: { id: "${id.ticket}", status: SPAM }) { userErrors { code } } }`,
    ],
    [
      'ticket',
      (id: typeof foreignIds) =>
        `mutation { done: replyToTicket(input: { ticketId: "${id.ticket}", text: "x" }) { userErrors { code } } }`,
    ],
    [
      'channel-ingest',
      (id: typeof foreignIds) =>
        `mutation { done: retryInbound(id: "${id.message}") { userErrors { code } } }`,
    ],
  ] as const)('cannot be changed through %s', async (service, mutation) => {
    const absent = { ticket: own.workspace.id, message: own.workspace.id, customer: own.workspace.id };
    const viewer = services.viewer('ADMIN', own);

    const foreignAnswer = await services.ask(service, viewer, mutation(foreignIds));
    const absentAnswer = await services.ask(service, viewer, mutation(absent));

    expect(foreignAnswer).toEqual({ data: { done: { userErrors: [{ code: 'NOT_FOUND' }] } } });
    expect(foreignAnswer).toEqual(absentAnswer);
  });

  test('cannot be assigned to', async () => {
    const { id } = await services.ingestMail(mail({ messageId: 'own@example.org', subject: 'Own' }), own);
    const viewer = services.viewer('ADMIN', own);
    const ticketId = await eventually(async () => {
      const data = await services.data<{ inboundMessage: { ticket: { id: string } | null } }>(
        'channel-ingest',
        viewer,
        `{ inboundMessage(id: "${id}") { ticket { id } } }`,
      );
      return data.inboundMessage.ticket?.id ?? null;
    });

    const answer = await services.ask(
      'ticket',
      viewer,
      `mutation { updateTicket(input: { id: "${ticketId}", assigneeId: "${foreign.agents[0]?.id}" }) { userErrors { code field } } }`,
    );

    expect(answer.data).toEqual({
      updateTicket: { userErrors: [{ code: 'NOT_FOUND', field: ['input', 'assigneeId'] }] },
    });
  });

  test('its connector token hands nothing into another workspace, nor reads from it', async () => {
    const forged = { ...services.viewer('CONNECTOR', foreign), workspaceId: own.workspace.id };

    const answer = await services.ask(
      'channel-ingest',
      forged,
      `mutation { ingestMessage(input: { externalId: "1", from: { email: "a@b.c" }, text: "x" }) { inboundMessage { id } userErrors { code } } }`,
    );

    expect(answer.data).toEqual({
      ingestMessage: { inboundMessage: null, userErrors: [{ code: 'NOT_FOUND' }] },
    });
  });

  test.each([
    ['whose token was replaced', { generation: 0 }],
    ['whose channel is not there', { subject: '01a20450-0000-7000-8000-000000000001' }],
    ['whose token names no channel', { subject: 'nobody' }],
  ])('a connector %s reads and hands in nothing', async (_name, changed) => {
    const viewer = { ...services.viewer('CONNECTOR', own), ...changed };
    for (const query of [
      '{ channels { id } }',
      '{ inboundMessages { nodes { id } } }',
      '{ inboundLedger { received } }',
      `{ inboundMessage(id: "${foreignIds.message}") { id } }`,
      'mutation { ingestEmail(input: { raw: "QQ==" }) { inboundMessage { id } userErrors { code } } }',
    ]) {
      const answer = await services.ask('channel-ingest', viewer, query);
      const refusals = ['"code":"FORBIDDEN"', '"code":"NOT_FOUND"'];
      expect(refusals.some((refusal) => JSON.stringify(answer).includes(refusal))).toBe(true);
      expect(JSON.stringify(answer.data ?? null)).not.toMatch(/[0-9a-f]{8}-/);
    }
  });

  test.each([
    ['ticket', '{ tickets { nodes { id } } }'],
    ['ticket', '{ workspace { id } }'],
    ['ticket', 'mutation { updateTicket(input: { id: "x", status: OPEN }) { userErrors { code } } }'],
    ['routing', '{ agents { id } }'],
    ['search', '{ searchTickets(query: "x") { totalCount } }'],
  ] as const)('a connector may not ask %s for %s', async (service, query) => {
    const answer = await services.ask(service, services.viewer('CONNECTOR', own), query);

    expect(answer.errors?.[0]?.extensions?.code).toBe('FORBIDDEN');
  });

  test.each([
    ['ticket', 'mutation { updateTicket(input: { id: "x", status: OPEN }) { userErrors { code } } }'],
    ['ticket', 'mutation { replyToTicket(input: { ticketId: "x", text: "x" }) { userErrors { code } } }'],
    ['channel-ingest', 'mutation { retryInbound(id: "x") { userErrors { code } } }'],
    ['channel-ingest', 'mutation { ingestEmail(input: { raw: "QQ==" }) { userErrors { code } } }'],
  ] as const)('a viewer may not change %s by %s', async (service, query) => {
    const answer = await services.ask(service, services.viewer('VIEWER', own), query);

    expect(answer.errors?.[0]?.extensions?.code).toBe('FORBIDDEN');
  });

  test('its events reach its own subscribers only, whatever cursor or id is given', async () => {
    const seen: string[] = [];
    const client = createClient({
      url: services.url('ticket').replace('http', 'ws'),
      connectionParams: { [internalTokenHeader]: services.token(services.viewer('ADMIN', own)) },
      retryAttempts: 0,
    });
    const query = `subscription ($after: String, $ids: [ID!]) { ticketEvents(after: $after, ticketIds: $ids) { cursor ticket { id subject } } }`;
    const after = Buffer.from(JSON.stringify([1, 'ticket-event', 0])).toString('base64url');
    const watching = [
      client.iterate({ query, variables: { after } }),
      client.iterate({ query, variables: { after, ids: [foreignIds.ticket] } }),
    ];
    for (const stream of watching) {
      void (async () => {
        for await (const event of stream) seen.push(JSON.stringify(event));
      })();
    }

    await services.ingestMail(mail({ messageId: 'f2@example.org', subject: `${word} again` }), foreign);
    await services.ingestMail(mail({ messageId: 'last@example.org', subject: 'The last one' }), own);
    await eventually(() => seen.some((event) => event.includes('The last one')));
    await client.dispose();

    expect(
      seen.filter((event) => event.includes(word) || traces().some((trace) => event.includes(trace))),
    ).toEqual([]);
  });

  test.each(serviceNames)(
    'is hidden in the database of %s from the role that requests work under',
    async (name) => {
      const client = new pg.Client(connectionSettings(services.databases[name].url, appRole, 'isolation'));
      await client.connect();
      try {
        const { rows: tables } = await client.query<{ table: string }>(
          `select c.relname as table from pg_class c join pg_namespace n on n.oid = c.relnamespace
          where n.nspname = 'public' and c.relkind in ('r', 'p') and not c.relispartition and c.relrowsecurity`,
        );
        expect(tables.length).toBeGreaterThan(3);
        const ofWorkspaces = tables.filter(({ table }) => !notOfWorkspaces.has(table));
        for (const workspaceId of ['', own.workspace.id]) {
          await client.query('select set_config($1, $2, false)', ['app.workspace_id', workspaceId]);
          for (const { table } of ofWorkspaces) {
            const { rows } = await client.query<{ other: number }>(
              `select count(*)::int as other from ${table} where workspace_id::text <> $1`,
              [workspaceId],
            );
            expect([table, rows[0]?.other]).toEqual([table, 0]);
          }
        }
      } finally {
        await client.end();
      }
    },
  );

  test.each(serviceNames)('every key and index of %s begins with the workspace', async (name) => {
    const client = new pg.Client({ connectionString: services.databases[name].url });
    await client.connect();
    try {
      const { rows } = await client.query<{ table: string; index: string; first: string; method: string }>(
        `select t.relname as table, i.relname as index, am.amname as method,
                pg_get_indexdef(x.indexrelid, 1, true) as first
           from pg_index x join pg_class i on i.oid = x.indexrelid join pg_class t on t.oid = x.indrelid
           join pg_am am on am.oid = i.relam join pg_namespace n on n.oid = t.relnamespace
          where n.nspname = 'public' and am.amname = 'btree'`,
      );
      const loose = rows.filter(
        ({ table, index, first }) =>
          first !== 'workspace_id' && !notOfWorkspaces.has(table) && !acrossWorkspaces.has(index),
      );
      expect(loose).toEqual([]);
      expect(rows.length).toBeGreaterThan(3);
    } finally {
      await client.end();
    }
  });

  test.each(serviceNames)('%s answers nobody without the gateway’s token', async (name) => {
    for (const query of ['{ __typename }', '{ _service { sdl } }']) {
      const answer = await services.ask(name, null, query);
      expect(answer.errors?.[0]?.extensions?.code).toBe('UNAUTHENTICATED');
      expect(answer.data ?? null).toBeNull();
    }
  });
});
