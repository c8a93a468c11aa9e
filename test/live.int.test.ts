import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openBlobs } from '@smart-tickets/kit/blobs';
import { RatingTokens, ratingLinkSeconds } from '@smart-tickets/kit/link-token';
import { createLogger } from '@smart-tickets/kit/logger';
import { eventually } from '@smart-tickets/testing/eventually';
import { mail } from '@smart-tickets/testing/mail';
import { queueBackends } from '@smart-tickets/testing/queue-backends';
import { createClient, type Client } from 'graphql-ws';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { createGateway, type Gateway } from '../gateway/src/app.ts';
import { createAuthenticate } from '../gateway/src/authenticate.ts';
import { audience, createTestIssuer, issuer, type TestIssuer } from '../gateway/src/testing/tokens.ts';
import { composeSupergraph } from '../scripts/compose-supergraph.ts';
import { Services, type ServiceName } from './support/services.ts';

const serviceNames: ServiceName[] = ['ticket', 'channel-ingest', 'routing', 'search'];

interface Rated {
  readonly rating: { readonly score: string; readonly comment: string | null } | null;
  readonly timeline: {
    readonly nodes: { readonly kind?: string; readonly actor?: { readonly __typename: string } }[];
  };
}

describe.each(queueBackends.slice(0, 1))('through the gateway, on queues of $name', ({ open }) => {
  let services: Services;
  let gateway: Gateway;
  let keys: TestIssuer;
  let root: string;
  let customerId: string;
  let ticketId: string;
  const folder = mkdtempSync(path.join(tmpdir(), 'smart-tickets-live-'));
  const clients: Client[] = [];

  beforeAll(async () => {
    services = await Services.start(open);
    const supergraphFile = path.join(folder, 'supergraph.graphql');
    writeFileSync(supergraphFile, composeSupergraph());
    keys = await createTestIssuer();
    gateway = await createGateway({
      host: '127.0.0.1',
      port: 0,
      supergraphFile,
      subgraphUrls: Object.fromEntries(serviceNames.map((name) => [name, services.url(name)])),
      internalTokenKey: services.key,
      authenticate: createAuthenticate({
        keys: keys.keys,
        issuer,
        audience,
        ratingTokens: new RatingTokens(services.key),
      }),
      blobs: openBlobs({ BLOB_URL: pathToFileURL(folder).href }),
      introspection: true,
      log: createLogger('gateway-test', 'silent'),
    });
    root = `http://127.0.0.1:${gateway.port}`;
    await services.ingestMail(
      mail({ subject: 'Rate me', text: 'Please help.', messageId: 'rate@example.org' }),
    );
    const ticket = await eventually(async () => {
      const data = await services.data<{ tickets: { nodes: { id: string; customer: { id: string } }[] } }>(
        'ticket',
        services.viewer('ADMIN'),
        '{ tickets { nodes { id customer { id } } } }',
      );
      return data.tickets.nodes[0] ?? null;
    });
    ticketId = ticket.id;
    customerId = ticket.customer.id;
  });
  afterAll(async () => {
    for (const client of clients) await client.dispose();
    await gateway.stop();
    await services.stop();
    rmSync(folder, { recursive: true });
  });

  const tokens = (): RatingTokens => new RatingTokens(services.key);
  const workspaceId = (): string => services.seed.workspace.id;
  const tokenOf = (subject = customerId, nowMs = Date.now()): string =>
    tokens().sign({ workspaceId: workspaceId(), ticketId, customerId: subject }, nowMs);

  async function ask(
    token: string,
    query: string,
    variables: object = {},
  ): Promise<{ status: number; body: unknown }> {
    const response = await fetch(`${root}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ query, variables }),
    });
    return { status: response.status, body: await response.json() };
  }

  async function rated(): Promise<Rated> {
    const { ticket } = await services.data<{ ticket: Rated }>(
      'ticket',
      services.viewer('ADMIN'),
      `query ($id: ID!) { ticket(id: $id) { rating { score comment }
         timeline(first: 100, kinds: [CHANGE]) { nodes { ... on TicketChange { kind actor { __typename } } } } } }`,
      { id: ticketId },
    );
    return ticket;
  }
  const ratings = (ticket: Rated): unknown[] => ticket.timeline.nodes.filter(({ kind }) => kind === 'RATED');

  const mutation = `mutation ($token: String!, $score: RatingScore!, $comment: String) {
    rateTicket(token: $token, score: $score, comment: $comment) { ticket { id subject } userErrors { code field } } }`;

  describe("a customer's link", () => {
    test('is a token for the rating itself, and shows nothing of the ticket', async () => {
      const token = tokenOf();

      const answer = await ask(token, mutation, { token, score: 'GOOD', comment: 'Fine' });

      expect(answer).toMatchObject({
        status: 200,
        body: { data: { rateTicket: { ticket: null, userErrors: [] } } },
      });
      expect((await rated()).rating).toEqual({ score: 'GOOD', comment: 'Fine' });
    });

    test.each([
      ['a query', '{ tickets { nodes { subject } } }'],
      ['introspection', '{ __schema { types { name } } }'],
      ['another mutation', 'mutation { updateWorkspace(input: {}) { userErrors { code } } }'],
      [
        'another mutation beside it',
        `mutation { rateTicket(token: "", score: BAD) { userErrors { code } }
                    updateWorkspace(input: {}) { userErrors { code } } }`,
      ],
      [
        'a fragment beside it',
        `mutation { ...More } fragment More on Mutation { updateWorkspace(input: {}) { userErrors { code } } }`,
      ],
      ['a subscription', 'subscription { ticketEvents { cursor } }'],
    ])('gives no right to %s', async (_what, query) => {
      expect(await ask(tokenOf(), query)).toMatchObject({
        status: 403,
        body: { errors: [{ extensions: { code: 'FORBIDDEN' } }] },
      });
    });

    test('is taken over sockets for no more than that', async () => {
      const client = createClient({
        url: `${root.replace('http', 'ws')}/graphql`,
        retryAttempts: 0,
        connectionParams: { authorization: `Bearer ${tokenOf()}` },
      });
      clients.push(client);
      const query = client.iterate({ query: '{ tickets { nodes { subject } } }' });

      await expect(query.next()).rejects.toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
    });

    test('is none when it has ended, was changed, or is of another key', async () => {
      const ended = tokenOf(customerId, Date.now() - ratingLinkSeconds * 1_000);
      const foreign = new RatingTokens('another key of more than thirty-two characters').sign(
        { workspaceId: workspaceId(), ticketId, customerId },
        Date.now(),
      );
      for (const token of [ended, foreign, `${tokenOf().slice(0, -2)}xx`]) {
        const answer = await ask(token, mutation, { token, score: 'BAD' });
        expect(answer).toMatchObject({ status: 401 });
      }
    });

    test('is no role that an account can have', async () => {
      const account = await keys.token({ ws: workspaceId(), role: 'CUSTOMER', sub: customerId });

      expect((await ask(account, mutation, { token: tokenOf(), score: 'BAD' })).status).toBe(401);
    });

    test('does not serve agents, who would rate themselves', async () => {
      const agent = await keys.token({
        ws: workspaceId(),
        role: 'ADMIN',
        sub: services.seed.agents[0]?.id ?? '',
      });

      expect(await ask(agent, mutation, { token: tokenOf(), score: 'GOOD' })).toMatchObject({
        body: { errors: [{ extensions: { code: 'FORBIDDEN' } }] },
      });
    });
  });

  describe('the page', () => {
    const page = (token: string): Promise<Response> =>
      fetch(`${root}/rate?token=${encodeURIComponent(token)}`);
    const post = (form: Record<string, string>): Promise<Response> =>
      fetch(`${root}/rate`, { method: 'POST', body: new URLSearchParams(form) });

    test('asks with two buttons and room for a comment, without script or anything from elsewhere', async () => {
      const before = await rated();

      const response = await page(tokenOf());

      const html = await response.text();
      expect(response.status).toBe(200);
      expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
      const policy = response.headers.get('content-security-policy');
      expect(policy).toMatch(
        /^default-src 'none'; style-src 'sha256-[^']+'; form-action 'self'; base-uri 'none'/,
      );
      expect(response.headers.get('referrer-policy')).toBe('no-referrer');
      expect(response.headers.get('cache-control')).toBe('no-store');
      expect(html.match(/<button /g)).toHaveLength(2);
      expect(html).toMatch(/<textarea /);
      expect(html).not.toMatch(/<script|<img|<link|https?:|\son[a-z]+=/i);
      // To look is not to rate: mail programs do it by themselves.
      expect(await rated()).toEqual(before);
    });

    test('takes the rating, says thanks, and takes another later', async () => {
      const token = tokenOf();
      const before = ratings(await rated()).length;

      const bad = await post({ token, score: 'BAD', comment: 'Two\r\nlines & <b>more</b>' });
      const again = await post({ token, score: 'BAD', comment: 'Two\r\nlines & <b>more</b>' });
      const afterBad = await rated();
      const good = await post({ token, score: 'GOOD', comment: ' ' });
      const afterGood = await rated();

      expect([bad.status, again.status, good.status]).toEqual([200, 200, 200]);
      expect(await bad.text()).toContain('Thank you');
      expect(afterBad.rating).toEqual({ score: 'BAD', comment: 'Two\nlines & <b>more</b>' });
      expect(afterGood.rating).toEqual({ score: 'GOOD', comment: null });
      expect(ratings(afterGood).slice(before)).toEqual([
        { kind: 'RATED', actor: { __typename: 'Customer' } },
        { kind: 'RATED', actor: { __typename: 'Customer' } },
      ]);
    });

    test('refuses links that are none, in the same words whatever is wrong', async () => {
      const ended = tokenOf(customerId, Date.now() - ratingLinkSeconds * 1_000);
      const stranger = tokenOf('0198f3a2-0000-7000-8000-0000000000aa');
      const hostile = '"><script>alert(1)</script>';
      const answers = [
        await page(ended),
        await page(hostile),
        await fetch(`${root}/rate`),
        await fetch(`${root}/rate?token=a&token=b`),
        await post({ token: ended, score: 'GOOD' }),
        await post({ token: hostile, score: 'GOOD' }),
        await post({ token: stranger, score: 'GOOD' }),
        await post({}),
      ];

      expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 8 }, () => 404));
      const texts = new Set(await Promise.all(answers.map((answer) => answer.text())));
      expect([...texts]).toEqual([expect.not.stringContaining('<script')]);
    });

    test('refuses what is not its form', async () => {
      const token = tokenOf();
      const json = await fetch(`${root}/rate`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ token, score: 'GOOD' }),
      });
      const huge = await post({ token, score: 'GOOD', comment: 'x'.repeat(40_000) });
      const long = await post({ token, score: 'GOOD', comment: 'x'.repeat(2_001) });
      const scoreless = await post({ token, score: 'SUPERB' });

      expect([json.status, huge.status, long.status, scoreless.status]).toEqual([415, 413, 400, 400]);
      for (const answer of [json, huge, long, scoreless]) {
        expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
      }
    });

    test('takes so many a minute and no more', async () => {
      const token = tokenOf('0198f3a2-0000-7000-8000-0000000000bb');
      const statuses = [];
      for (let i = 0; i < 11; i += 1) statuses.push((await post({ token, score: 'GOOD' })).status);

      expect(statuses).toEqual([...Array.from({ length: 10 }, () => 404), 429]);
    });
  });

  describe('who looks at a ticket', () => {
    test('is told to each who asks from the beginning, also to the second window of one agent, with names', async () => {
      const [agent, other] = services.seed.agents;
      const connect = async (): Promise<Client> => {
        const token = await keys.token({ ws: workspaceId(), role: 'ADMIN', sub: agent?.id ?? '' });
        const client = createClient({
          url: `${root.replace('http', 'ws')}/graphql`,
          retryAttempts: 0,
          connectionParams: { authorization: `Bearer ${token}` },
        });
        clients.push(client);
        return client;
      };
      const query = 'subscription ($id: ID!) { ticketViewers(ticketId: $id) { agent { name } writing } }';
      const view = async (role: 'ADMIN' | 'AGENT', sub: string, writing: boolean): Promise<void> => {
        const token = await keys.token({ ws: workspaceId(), role, sub });
        const { body } = await ask(
          token,
          'mutation ($id: ID!, $writing: Boolean!) { viewTicket(id: $id, writing: $writing) { userErrors { code } } }',
          { id: ticketId, writing },
        );
        expect(body).toMatchObject({ data: { viewTicket: { userErrors: [] } } });
      };
      await view('ADMIN', agent?.id ?? '', false);

      const windows = [];
      for (let i = 0; i < 2; i += 1) {
        const events = (await connect()).iterate({ query, variables: { id: ticketId } });
        expect((await events.next()).value).toEqual({
          data: { ticketViewers: [{ agent: { name: 'Ada' }, writing: false }] },
        });
        windows.push(events);
      }
      await view('AGENT', other?.id ?? '', true);

      for (const events of windows) {
        expect((await events.next()).value).toEqual({
          data: {
            ticketViewers: [
              { agent: { name: 'Ada' }, writing: false },
              { agent: { name: 'Bob' }, writing: true },
            ],
          },
        });
        await events.return?.();
      }
    });
  });
});
