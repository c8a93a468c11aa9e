import { Readable } from 'node:stream';
import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { getIntrospectionQuery } from 'graphql';
import { request } from 'node:http';
import { internalTokenKey } from './testing/graph.ts';
import { startHarness, type Harness } from './testing/harness.ts';
import { workspaceId } from './testing/tokens.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness();
});
afterAll(async () => {
  await harness.close();
});

const asAgent = async (): Promise<Record<string, string>> => ({
  'content-type': 'application/json',
  authorization: `Bearer ${await harness.issuer.token()}`,
});

test('answers one query from three subgraphs', async () => {
  const { status, body, headers } = await harness.ask(
    '{ book(id: "3") { name: title inStock reviews(first: 1) { stars text } } warehouses }',
  );

  expect(body).toEqual({
    data: {
      book: { name: 'Book 3', inStock: 30, reviews: [{ stars: 1, text: 'review 0 of 3' }] },
      warehouses: 2,
    },
  });
  expect(status).toBe(200);
  expect(headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
});

test("fault 28: tells subgraphs who asks and by which request, and nothing of the client's headers", async () => {
  const { body } = await harness.post('{"query":"{ whoami }"}', {
    ...(await asAgent()),
    'x-request-id': 'my-own-request',
    'x-smart-tickets-viewer': 'forged',
  });

  expect(JSON.parse(String(body.data?.['whoami']))).toEqual({
    viewer: { workspaceId, role: 'AGENT', subject: 'agent-1', generation: null },
    requestId: 'my-own-request',
  });
  expect(JSON.stringify(body)).not.toContain(internalTokenKey);
});

test.each(['{ _service { sdl } }', '{ _entities(representations: []) { __typename } }'])(
  'fault 28: what subgraphs answer the gateway cannot be asked from outside: %s',
  async (query) => {
    const { status, body } = await harness.ask(query);

    expect(status).toBe(400);
    expect(body.errors?.[0]?.extensions?.['code']).toBe('GRAPHQL_VALIDATION_FAILED');
  },
);

test('lets viewers look but not change', async () => {
  const token = await harness.issuer.token({ role: 'VIEWER' });

  expect((await harness.ask('{ warehouses }', undefined, token)).status).toBe(200);
  const refused = await harness.ask('mutation { upload(text: "a") }', undefined, token);
  expect(refused.status).toBe(403);
  expect(refused.body.errors?.[0]?.extensions?.['code']).toBe('FORBIDDEN');
});

describe('fault 29: refuses with 401, also introspection:', () => {
  test.each([
    ['no token', {}],
    ['a bad token', { authorization: 'Bearer a.b.c' }],
  ])('%s', async (_name, headers) => {
    const {
      status,
      body,
      headers: sent,
    } = await harness.post('{"query":"{ __schema { types { name } } }"}', {
      'content-type': 'application/json',
      ...headers,
    });

    expect(status).toBe(401);
    expect(body.errors?.[0]?.extensions).toEqual({ code: 'UNAUTHENTICATED' });
    expect(sent.get('www-authenticate')).toBe('Bearer');
    expect(sent.get('x-request-id')).toBeTruthy();
  });
});

describe('refuses with 400:', () => {
  const doubling = Array.from(
    { length: 12 },
    (_, index) =>
      `fragment F${index} on Book { a: sequel { ...F${index + 1} } b: sequel { ...F${index + 1} } }`,
  ).join(' ');
  const cases: readonly (readonly [string, string, string])[] = [
    ['broken JSON', '{"query":', 'BAD_REQUEST'],
    ['an empty body', '', 'BAD_REQUEST'],
    ['a body that is no operation', '{"nothing":1}', 'BAD_REQUEST'],
    ['batches', '[{"query":"{ warehouses }"}]', 'BAD_REQUEST'],
    ['variables that are no object', '{"query":"{ warehouses }","variables":[1]}', 'BAD_REQUEST'],
    ['broken GraphQL', '{"query":"{ warehouses"}', 'GRAPHQL_PARSE_FAILED'],
    ['an unknown field', '{"query":"{ nothing }"}', 'GRAPHQL_VALIDATION_FAILED'],
    [
      'a variable of the wrong type',
      '{"query":"query($id: ID!) { book(id: $id) { id } }"}',
      'BAD_USER_INPUT',
    ],
    [
      'no operation of that name',
      '{"query":"query A { warehouses }","operationName":"B"}',
      'OPERATION_RESOLUTION_FAILURE',
    ],
    [
      'doubling fragments',
      JSON.stringify({ query: `{ book(id: 1) { ...F0 } } ${doubling} fragment F12 on Book { id }` }),
      'LIMIT_EXCEEDED',
    ],
    [
      'deep nesting',
      JSON.stringify({ query: `{ book(id: 1) ${'{ sequel '.repeat(14)} { id ${'}'.repeat(16)}` }),
      'LIMIT_EXCEEDED',
    ],
    [
      'long lists in long lists',
      '{"query":"query($n: Int) { books(first: $n) { nodes { reviews(first: $n) { stars } } } }","variables":{"n":500}}',
      'LIMIT_EXCEEDED',
    ],
  ];

  test.each(cases)('%s', async (_name, body, code) => {
    const answer = await harness.post(body, await asAgent());

    expect(answer.body.errors?.[0]?.extensions?.['code']).toBe(code);
    expect(answer.status).toBe(400);
    expect(JSON.stringify(answer.body)).not.toMatch(/stack|node_modules/);
  });
});

test('keeps requests that a browser sends unasked out', async () => {
  const { authorization = '' } = await asAgent();
  const plain = await harness.post('{"query":"{ warehouses }"}', {
    authorization,
    'content-type': 'text/plain',
  });
  const get = await fetch(`${harness.url}?query={warehouses}`, { headers: { authorization } });
  const asked = await fetch(`${harness.url}?query={warehouses}`, {
    headers: { authorization, 'apollo-require-preflight': '1' },
  });

  expect([plain.status, get.status, asked.status]).toEqual([400, 400, 200]);
});

test.each([
  ['CONNECTOR', 49 * 1024 * 1024],
  ['ADMIN', 8 * 1024 * 1024],
  ['AGENT', 8 * 1024 * 1024],
  ['VIEWER', 1024 * 1024],
])('refuses a body of a %s that announces more than %i bytes before reading it', async (role, largest) => {
  const authorization = `Bearer ${await harness.issuer.token({ role, gen: 1 })}`;

  const answer = await new Promise<{ status: number | undefined; text: string }>((resolve, reject) => {
    const call = request(
      harness.url,
      {
        method: 'POST',
        headers: {
          authorization,
          'content-type': 'application/json',
          'content-length': largest + 1,
        },
      },
      (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (part: string) => {
          text += part;
        });
        response.on('end', () => {
          resolve({ status: response.statusCode, text });
          call.destroy();
        });
      },
    );
    call.on('error', reject);
    call.write('{');
  });

  expect(answer.status).toBe(413);
  expect(JSON.parse(answer.text)).toEqual({
    errors: [
      {
        message: 'The request body is larger than 49 MiB, or than what is taken at this address.',
        extensions: { code: 'PAYLOAD_TOO_LARGE' },
      },
    ],
  });
});

test('ends a body that comes in chunks at what its sender may send', async () => {
  const chunk = Buffer.alloc(1024 * 1024, ' ');
  const chunks = (many: number) => Readable.toWeb(Readable.from(Array.from({ length: many }, () => chunk)));
  const send = async (many: number): Promise<number> => {
    const answer = await fetch(harness.url, {
      method: 'POST',
      headers: { ...(await asAgent()), 'content-type': 'application/json' },
      body: chunks(many) as ReadableStream,
      duplex: 'half',
    });
    return answer.status;
  };

  expect([await send(8), await send(9)]).toEqual([400, 413]);
});

test('carries a mail of 48 MiB through', async () => {
  const text = 'a'.repeat(48 * 1024 * 1024);
  const connector = await harness.issuer.token({ role: 'CONNECTOR', gen: 1 });

  const { body } = await harness.ask('mutation($text: String!) { upload(text: $text) }', { text }, connector);

  expect(body).toEqual({ data: { upload: text.length } });
});

test("gives the schema to tools, whatever limits hold for others' lists", async () => {
  const { status, body } = await harness.ask(getIntrospectionQuery({ inputValueDeprecation: true }));

  expect(status).toBe(200);
  expect(body.errors).toBeUndefined();
});

test('masks bugs of a subgraph and says by which request they are logged; refusals come through', async () => {
  const { body, headers } = await harness.ask('{ broken refused warehouses }');

  expect(body.data).toEqual({ broken: null, refused: null, warehouses: 2 });
  expect(body.errors).toHaveLength(2);
  expect(body.errors).toEqual(
    expect.arrayContaining([
      {
        message: 'Something went wrong on our side; it has been logged.',
        path: ['broken'],
        extensions: { code: 'INTERNAL_SERVER_ERROR', requestId: headers.get('x-request-id') },
      },
      { message: 'Not for you.', path: ['refused'], extensions: { code: 'FORBIDDEN' } },
    ]),
  );
});

test('says whether it lives and can serve, to anyone', async () => {
  const base = harness.url.replace('/graphql', '');
  const live = await fetch(`${base}/livez`);
  const ready = await fetch(`${base}/readyz`);
  const nothing = await fetch(`${base}/nothing`);
  const metrics = await (await fetch(`${base}/metrics`)).text();

  expect([live.status, ready.status, nothing.status]).toEqual([200, 200, 404]);
  expect(metrics).toContain('smart_tickets_gateway_sockets 0');
  expect(await ready.json()).toEqual({ ready: true, parts: { supergraph: true } });
});

test('what is measured is what is run: a URL with a fragment is refused', async () => {
  const response = await fetch(`${harness.url}?query=%7B%20warehouses%20%7D`, {
    headers: { authorization: `Bearer ${await harness.issuer.token()}`, 'apollo-require-preflight': 'true' },
  });
  expect(response.status).toBe(200);

  const { status, text } = await rawGet('/graphql?query={warehouses}%23#%0A}');

  expect(status).toBe(400);
  expect(text).toContain('fragment');
});

describe('a stranger’s body is not read', () => {
  const large = 'x'.repeat(1024 * 1024);
  test.each([
    ['/graphql', 401],
    ['/%67raphql', 401],
    ['/nowhere', 413],
    ['/livez', 413],
  ])('at %s: %i', async (path, status) => {
    const response = await fetch(new URL(path, harness.url), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: large }),
    });

    expect(response.status).toBe(status);
  });
});

/** A GET whose target no URL parser has touched. */
async function rawGet(target: string): Promise<{ status: number; text: string }> {
  const { port, host } = new URL(harness.url);
  const socket = connect(Number(port), '127.0.0.1');
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  socket.write(
    `GET ${target} HTTP/1.1\r\nhost: ${host}\r\nconnection: close\r\napollo-require-preflight: true\r\n` +
      `authorization: Bearer ${await harness.issuer.token()}\r\n\r\n`,
  );
  await once(socket, 'close');
  const text = Buffer.concat(chunks).toString('utf8');
  return { status: Number(text.split(' ')[1]), text };
}
