import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { eventually } from '@smart-tickets/testing/eventually';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pino } from 'pino';
import type { GatewayOptions } from './app.ts';
import { startHarness, type Answer, type Harness } from './testing/harness.ts';
import type { TokenClaims } from './testing/tokens.ts';

const sharedReadMs = 60_000;
const query = '{ book(id: "7") { title reviews(first: 1) { stars } } }';
const answered = { data: { book: { title: 'Book 7', reviews: [{ stars: 1 }] } } };

let harness: Harness;
let server: Server | undefined;
afterEach(async () => {
  await harness.close();
  server?.closeAllConnections();
  server?.close();
  server = undefined;
});
const reviewsAsked = (): number => harness.graph.lookups.reviews;

/** Waits until so many requests for subgraphs have been sent or spared in all. */
async function wanted(count: number): Promise<void> {
  const { asked } = harness.graph;
  await eventually(
    () =>
      asked.book.length + asked.review.length + asked.stock.length + harness.gateway.sharedReads() === count,
  );
}

describe.each(['compiled', 'stock'] as const)('on the %s executor', (executor) => {
  test('ten who are the same and ask the same at once cost a subgraph one request, and each has a whole answer', async () => {
    harness = await startHarness(() => ({ executor, sharedReadMs }));
    const release = harness.graph.holdReviews('7');

    const asking = Array.from({ length: 10 }, () => harness.ask(query));
    // Each wants the book and its reviews.
    await wanted(20);
    release();
    const answers = await Promise.all(asking);

    expect(reviewsAsked()).toBe(1);
    expect(answers.map(({ body }) => body)).toEqual(asking.map(() => answered));
  });
});

describe('between requests that are under way', () => {
  beforeEach(async () => {
    harness = await startHarness(() => ({ sharedReadMs }));
  });

  test.each<[string, TokenClaims, TokenClaims]>([
    ['other rights', {}, { role: 'VIEWER' }],
    ['other ids', {}, { sub: 'agent-2' }],
    ['other workspaces', {}, { ws: '0198f3a2-0000-7000-8000-000000000002' }],
    ['other generations of a token', { role: 'CONNECTOR', gen: 1 }, { role: 'CONNECTOR', gen: 2 }],
  ])('viewers with %s share nothing', async (_what, one, other) => {
    const release = harness.graph.holdReviews('7');

    const asking = [one, other].map(async (claims) =>
      harness.ask(query, {}, await harness.issuer.token(claims)),
    );
    await eventually(() => reviewsAsked() === 2);
    release();

    expect((await Promise.all(asking)).map(({ body }) => body)).toEqual([answered, answered]);
    const seen = harness.graph.asked.review.map(({ viewer }) => JSON.stringify(viewer));
    expect(new Set(seen).size).toBe(2);
    expect(harness.gateway.sharedReads()).toBe(0);
  });

  test('other variables share nothing', async () => {
    const byId = 'query($id: ID!) { book(id: $id) { title } }';

    const answers = await Promise.all(['1', '2'].map((id) => harness.ask(byId, { id })));

    expect(answers.map(({ body }) => body.data?.['book'])).toEqual([
      { title: 'Book 1' },
      { title: 'Book 2' },
    ]);
  });

  test('changes are never shared', async () => {
    const change = 'mutation { upload(text: "the same") }';

    await Promise.all([1, 2, 3].map(() => harness.ask(change)));

    expect(harness.graph.asked.book).toHaveLength(3);
    expect(harness.gateway.sharedReads()).toBe(0);
  });

  test('when the first one goes away, the others are answered', async () => {
    const release = harness.graph.holdReviews('7');
    const leaving = new AbortController();
    const first = fetch(harness.url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${await harness.issuer.token()}`,
      },
      body: JSON.stringify({ query }),
      signal: leaving.signal,
    });
    await eventually(() => reviewsAsked() === 1);
    const second = harness.ask(query);
    await wanted(4);

    leaving.abort();
    await expect(first).rejects.toThrow('aborted');
    // When this is answered, the gateway has long heard that the first one has gone.
    await harness.ask('{ warehouses }');
    release();

    expect((await second).body).toEqual(answered);
    expect(reviewsAsked()).toBe(1);
  });

  test('nothing is kept: who asks afterwards is answered anew', async () => {
    await harness.ask(query);
    await harness.ask(query);

    expect(reviewsAsked()).toBe(2);
  });

  test('who has changed something is not given what was read before', async () => {
    const release = harness.graph.holdReviews('7');
    const before = harness.ask(query);
    await eventually(() => reviewsAsked() === 1);

    await harness.ask('mutation { upload(text: "a") }');
    const after = harness.ask(query);
    await eventually(() => reviewsAsked() === 2);
    release();

    expect((await Promise.all([before, after])).map(({ body }) => body)).toEqual([answered, answered]);
  });

  test('what is read for one event is not given to the next; whoever asks the same of one event shares it', async () => {
    const client = harness.client();
    const release = harness.graph.holdReviews('7');
    // Two texts are two selections to the hub, whatever is in them.
    const streams = ['', '# Of another front end.'].map((note) =>
      client.iterate({
        query: `subscription Live { bookEvents { cursor book { reviews(first: 1) { stars } } } } ${note}`,
      }),
    );
    const pairs = streams.map((stream) => [stream.next(), stream.next()] as const);
    await eventually(() => harness.graph.subscriptions.open === 1);
    // Both are on the one upstream when a query behind them is answered.
    await client.iterate({ query: '{ warehouses }' }).next();

    harness.graph.emit({ cursor: 'c1', book: { id: '7' } });
    await eventually(() => reviewsAsked() === 1 && harness.gateway.sharedReads() === 1);
    harness.graph.emit({ cursor: 'c2', book: { id: '7' } });
    await eventually(() => reviewsAsked() === 2 && harness.gateway.sharedReads() === 2);
    release();

    const answers = await Promise.all(pairs.map((pair) => Promise.all(pair)));
    const both = ['c1', 'c2'].map((cursor) => ({
      data: { bookEvents: { cursor, book: { reviews: [{ stars: 1 }] } } },
    }));
    expect(answers.map((answer) => answer.map(({ value }) => value as unknown))).toEqual([both, both]);
    await client.dispose();
  });
});

describe('of a subgraph that fails', () => {
  const lines: Record<string, unknown>[] = [];
  const held: ServerResponse[] = [];
  const stockQuery = '{ book(id: "1") { inStock } }';

  /** The harness with a stock subgraph whose every answer is the test's own. */
  beforeEach(async () => {
    lines.length = 0;
    held.length = 0;
    server = createServer((_request, response) => held.push(response));
    await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const log = pino(
      { level: 'error' },
      { write: (line: string) => lines.push(JSON.parse(line) as Record<string, unknown>) },
    );
    harness = await startHarness((graph): Partial<GatewayOptions> => {
      const subgraphUrls = { ...graph.urls, stock: `http://127.0.0.1:${port}/graphql` };
      return { subgraphUrls, sharedReadMs, log };
    });
  });

  /** So many at once who share one request, which is answered as given. */
  async function together(count: number, answer: (response: ServerResponse) => void): Promise<Answer[]> {
    const first = harness.ask(stockQuery);
    await eventually(() => held.length === 1);
    const others = Array.from({ length: count - 1 }, () => harness.ask(stockQuery));
    // Each wants the book and its stock.
    await eventually(() => harness.graph.asked.book.length + harness.gateway.sharedReads() === 2 * count - 1);
    for (const response of held) answer(response);
    return Promise.all([first, ...others]);
  }
  const idsOf = (answers: readonly Answer[]): unknown[] =>
    answers.map(({ headers }) => headers.get('x-request-id'));
  const idsInErrors = (answers: readonly Answer[]): unknown[] =>
    answers.map(({ body }) => body.errors?.[0]?.extensions?.['requestId']);

  test('the failure is told to each by the id of its own request, and the log says whose the shared one was', async () => {
    const answers = await together(3, (response) => response.writeHead(502).end());

    expect(held).toHaveLength(1);
    expect(answers.map(({ body }) => body)).toMatchObject(
      answers.map(() => ({
        data: { book: { inStock: null } },
        errors: [{ extensions: { code: 'SUBGRAPH_UNAVAILABLE' } }],
      })),
    );
    const [asker, ...others] = idsOf(answers);
    expect(new Set(idsOf(answers)).size).toBe(3);
    expect(idsInErrors(answers)).toEqual(idsOf(answers));
    const logged = lines.filter(({ msg }) => msg === 'subgraph did not answer');
    expect(logged.find(({ requestId }) => requestId === asker)?.['askedBy']).toBeUndefined();
    for (const other of others) {
      expect(logged.find(({ requestId }) => requestId === other)?.['askedBy']).toBe(asker);
    }
  });

  test('errors in an answer are masked for each by the id of its own request', async () => {
    const answers = await together(3, (response) =>
      response.setHeader('content-type', 'application/json').end(
        JSON.stringify({
          data: { _entities: [{ inStock: null }] },
          errors: [{ message: 'select secret', path: ['_entities', 0, 'inStock'] }],
        }),
      ),
    );

    expect(held).toHaveLength(1);
    expect(idsInErrors(answers)).toEqual(idsOf(answers));
    expect(JSON.stringify(answers)).not.toContain('secret');
  });

  test('a shared failure counts once, so that it keeps nobody away', async () => {
    await together(6, (response) => response.writeHead(502).end());

    const next = harness.ask(stockQuery);
    await eventually(() => held.length === 2);
    held[1]?.end('{"data":{"_entities":[{"inStock":3}]}}');

    expect((await next).body).toEqual({ data: { book: { inStock: 3 } } });
  });
});
