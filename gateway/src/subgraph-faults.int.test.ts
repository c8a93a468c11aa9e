import { afterEach, expect, test } from '@jest/globals';
import { eventually } from '@smart-tickets/testing/eventually';
import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text as textOf } from 'node:stream/consumers';
import { startHarness, type Harness } from './testing/harness.ts';

let harness: Harness | undefined;
let server: Server | undefined;
afterEach(async () => {
  await harness?.close();
  server?.closeAllConnections();
  server?.close();
});

const query = '{ book(id: "1") { title inStock } }';
const unavailable = {
  message: 'A part of the system does not answer just now; try again soon.',
  path: ['book'],
  extensions: { code: 'SUBGRAPH_UNAVAILABLE', requestId: expect.any(String) },
};

/** The harness with something else in place of the stock subgraph. */
async function withStock(listener: RequestListener, timeoutMs = 300): Promise<Harness> {
  server = createServer(listener);
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  harness = await startHarness((graph) => ({
    subgraphUrls: { ...graph.urls, stock: `http://127.0.0.1:${port}/graphql` },
    subgraphTimeoutMs: timeoutMs,
  }));
  return harness;
}

test('fault 8: gives what the other subgraphs have when one is down', async () => {
  harness = await startHarness();
  await harness.graph.stop('stock');

  const { status, body } = await harness.ask(query);

  expect(status).toBe(200);
  expect(body.data).toEqual({ book: { title: 'Book 1', inStock: null } });
  expect(body.errors).toEqual([unavailable]);
});

test('fault 8: the error says which part is missing, as far as one path can', async () => {
  harness = await startHarness();
  await harness.graph.stop('stock');

  const { body } = await harness.ask(
    '{ books(first: 2) { nodes { inStock } } again: book(id: "1") { title inStock } }',
  );

  const book = { inStock: null };
  expect(body.data).toEqual({ books: { nodes: [book, book] }, again: { title: 'Book 1', inStock: null } });
  expect(body.errors?.map(({ path }) => path?.join('.')).toSorted()).toEqual(['again', 'books.nodes']);
});

test.each<[string, RequestListener]>([
  ['HTML', (_request, response) => response.writeHead(502).end('<html>stock:4003 bad gateway</html>')],
  ['JSON that is no GraphQL answer', (_request, response) => response.end('{"ok":true}')],
  [
    'a refusal of the internal token',
    (_request, response) => response.writeHead(401).end('{"errors":[{"message":"no"}]}'),
  ],
  ['silence', () => undefined],
])('fault 8: takes %s for a subgraph that is not there', async (_name, listener) => {
  const { body } = await (await withStock(listener)).ask(query);

  expect(body).toEqual({ data: { book: { title: 'Book 1', inStock: null } }, errors: [unavailable] });
});

test('asks again when the connection broke, but never for a change', async () => {
  let calls = 0;
  const answer = JSON.stringify({ data: { _entities: [{ __typename: 'Book', inStock: 5 }] } });
  const running = await withStock((request, response) => {
    calls += 1;
    if (calls === 1) request.socket.destroy();
    else response.setHeader('content-type', 'application/json').end(answer);
  });

  expect((await running.ask(query)).body).toEqual({ data: { book: { title: 'Book 1', inStock: 5 } } });
  expect(calls).toBe(2);
});

test('sends a change once, even when the connection broke', async () => {
  let calls = 0;
  server = createServer((request) => {
    calls += 1;
    request.socket.destroy();
  });
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  harness = await startHarness((graph) => ({
    subgraphUrls: { ...graph.urls, book: `http://127.0.0.1:${port}/graphql` },
  }));

  const { body } = await harness.ask('mutation { upload(text: "a") }');

  expect(body).toMatchObject({
    errors: [{ path: ['upload'], extensions: { code: 'SUBGRAPH_UNAVAILABLE' } }],
  });
  expect(calls).toBe(1);
});

test('fault 8: a subgraph that does not answer is left alone after five failures, and the rest comes all the same', async () => {
  let calls = 0;
  const running = await withStock((_request, response) => {
    calls += 1;
    response.writeHead(502).end();
  });

  for (let index = 0; index < 12; index += 1) await running.ask(query);
  const { body } = await running.ask(query);

  expect(calls).toBe(5);
  expect(body).toMatchObject({
    data: { book: { title: 'Book 1', inStock: null } },
    errors: [{ extensions: { code: 'SUBGRAPH_UNAVAILABLE', retryAfterMs: expect.any(Number) } }],
  });
});

/** Longer than any test takes: who waits for it does not get on. */
const neverMs = 600_000;

test('fault 8: while a subgraph holds its answers, what does not need it is answered', async () => {
  const held: ServerResponse[] = [];
  const running = await withStock((_request, response) => held.push(response), neverMs);
  // More than the gateway has connections to a subgraph.
  const waiting = Array.from({ length: 100 }, (_, nth) => running.ask(`{ book(id: "${nth}") { inStock } }`));
  await eventually(() => held.length > 1);

  const others = await Promise.all(
    Array.from({ length: 20 }, (_, nth) =>
      running.ask(`{ book(id: "${nth}") { title reviews(first: 1) { stars } } }`),
    ),
  );

  const book = { title: expect.any(String), reviews: [{ stars: 1 }] };
  expect(others.map(({ body }) => body)).toEqual(others.map(() => ({ data: { book } })));
  server?.removeAllListeners('request').on('request', (_request, response: ServerResponse) => {
    response.writeHead(502).end();
  });
  for (const response of held) response.writeHead(502).end();
  const late = await Promise.all(waiting);
  expect(late.map(({ body }) => body)).toEqual(
    late.map(() => ({
      data: { book: { inStock: null } },
      errors: [
        {
          message: unavailable.message,
          path: ['book'],
          extensions: expect.objectContaining({ code: 'SUBGRAPH_UNAVAILABLE' }),
        },
      ],
    })),
  );
});

test('fault 8: two hundred who ask a silent subgraph at once are all told so, and none is sent twice', async () => {
  const sent = new Map<string, number>();
  const running = await withStock((request) => {
    // A connection that is given up in the middle of a request is none of this test's.
    textOf(request).then(
      (body) => sent.set(body, (sent.get(body) ?? 0) + 1),
      () => undefined,
    );
  });

  const answers = await Promise.all(
    Array.from({ length: 200 }, (_, nth) => running.ask(`{ book(id: "${nth}") { inStock } }`)),
  );

  expect(answers.map(({ body }) => body.errors?.[0]?.extensions?.['code'])).toEqual(
    answers.map(() => 'SUBGRAPH_UNAVAILABLE'),
  );
  expect(new Set(sent.values())).toEqual(new Set([1]));
});

test('fault 8: a subgraph that is left alone is not waited for', async () => {
  const held: ServerResponse[] = [];
  let failing = true;
  const running = await withStock((_request, response) => {
    if (failing) response.writeHead(502).end();
    else held.push(response);
  }, neverMs);
  for (let nth = 0; nth < 5; nth += 1) await running.ask(query);
  failing = false;

  const answers = await Promise.all(Array.from({ length: 20 }, () => running.ask(query)));

  expect(held).toEqual([]);
  for (const { body } of answers) {
    expect(body).toMatchObject({
      data: { book: { title: 'Book 1', inStock: null } },
      errors: [{ extensions: { code: 'SUBGRAPH_UNAVAILABLE', retryAfterMs: expect.any(Number) } }],
    });
  }
});
