import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { startHarness, type Harness } from './testing/harness.ts';
import { connectRaw, type RawSocket } from './testing/raw-socket.ts';

let open: Harness;
let closed: Harness;
const opened: RawSocket[] = [];
beforeAll(async () => {
  open = await startHarness();
  closed = await startHarness(() => ({ introspection: false }));
});
afterEach(() => {
  for (const { socket } of opened.splice(0)) socket.terminate();
});
afterAll(async () => {
  await open.close();
  await closed.close();
});

interface Refusal {
  readonly message: string;
  readonly extensions?: Record<string, unknown>;
}

/** What an operation is answered with over HTTP; it must be a 400. */
async function overHttp(harness: Harness, query: string, variables: object): Promise<Refusal | undefined> {
  const { status, body } = await harness.ask(query, { ...variables });
  expect({ status, data: body.data ?? null }).toEqual({ status: 400, data: null });
  return body.errors?.[0];
}

/** The same on a socket, which must stay open. */
async function overSocket(harness: Harness, query: string, variables: object): Promise<Refusal | undefined> {
  const socket = await connectRaw(harness.socketUrl, await harness.issuer.token());
  opened.push(socket);
  socket.send({ id: 'q', type: 'subscribe', payload: { query, variables } });
  const { type, payload } = await socket.next();
  // What Apollo refuses comes as a result that has errors and no data; what the gateway refuses, as an error.
  const errors = (type === 'error' ? payload : (payload as { errors?: unknown }).errors) as Refusal[];
  expect((payload as { data?: unknown }).data ?? null).toBeNull();
  socket.send({ type: 'ping' });
  const types: unknown[] = [];
  while (!types.includes('pong')) types.push((await socket.next())['type']);
  return errors[0];
}

const repeat = (count: number, part: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => part(index)).join(' ');
const doubling = repeat(
  16,
  (index) => `fragment F${index} on Book { a: sequel { ...F${index + 1} } b: sequel { ...F${index + 1} } }`,
);

function deep(levels: number): unknown {
  let value: unknown = [];
  for (let level = 1; level < levels; level += 1) value = [value];
  return value;
}

/** Name, query, code, what the extensions say beside it, variables. */
const refused: readonly (readonly [string, string, string, object?, object?])[] = [
  [
    'aliases',
    `{ book(id: 1) { ${repeat(1_000, (index) => `a${index}: id`)} } }`,
    'LIMIT_EXCEEDED',
    { limit: 'tokens' },
  ],
  [
    'a hundred and one aliases',
    `{ book(id: 1) { ${repeat(101, (index) => `a${index}: id`)} } }`,
    'LIMIT_EXCEEDED',
    { limit: 'aliases', actual: 101, allowed: 100 },
  ],
  [
    'duplicate fields',
    `{ book(id: 1) { ${'sequel { id } '.repeat(400)} } }`,
    'LIMIT_EXCEEDED',
    { limit: 'repeats', actual: 400, allowed: 20 },
  ],
  [
    'directives',
    `{ book(id: 1) { id ${'@skip(if: false) '.repeat(51)} } }`,
    'LIMIT_EXCEEDED',
    { limit: 'directives', actual: 51 },
  ],
  [
    'depth',
    `{ book(id: 1) ${'{ sequel '.repeat(200)} { id ${'}'.repeat(202)}`,
    'LIMIT_EXCEEDED',
    { limit: 'depth', actual: 202, allowed: 15 },
  ],
  [
    'a fragment that holds itself',
    '{ book(id: 1) { ...A } } fragment A on Book { sequel { ...A } }',
    'GRAPHQL_VALIDATION_FAILED',
  ],
  [
    'fragments that hold each other',
    '{ book(id: 1) { ...A } } fragment A on Book { sequel { ...B } } fragment B on Book { ...A }',
    'GRAPHQL_VALIDATION_FAILED',
  ],
  ['a fragment bomb', `{ book(id: 1) { ...F0 } } ${doubling} fragment F16 on Book { id }`, 'LIMIT_EXCEEDED'],
  [
    'introspection of types of types of types',
    '{ __schema { types { fields { type { fields { type { fields { name } } } } } } } }',
    'LIMIT_EXCEEDED',
    { limit: 'introspectionLists', actual: 4, allowed: 2 },
  ],
  [
    'an endless chain of ofType',
    `{ __type(name: "Book") ${'{ ofType '.repeat(60)} { name ${'}'.repeat(62)}`,
    'LIMIT_EXCEEDED',
    { limit: 'introspectionDepth', actual: 62, allowed: 15 },
  ],
  [
    'introspection under many names',
    `{ ${repeat(19, (index) => `a${index}: __schema { types { ...F } }`)} } fragment F on __Type {
       ${repeat(60, (nth) => `b${nth}: fields { args { type { name ofType { name ofType { name } } } } }`)} }`,
    'LIMIT_EXCEEDED',
  ],
  [
    'a huge first',
    '{ books(first: 2000000000) { nodes { id } } }',
    'LIMIT_EXCEEDED',
    { limit: 'cost', actual: 2_000_000_001, allowed: 20_000 },
  ],
  [
    'a huge first by variable',
    'query($n: Int) { books(first: $n) { nodes { id } } }',
    'LIMIT_EXCEEDED',
    { limit: 'cost', actual: 1_000_000_001 },
    { n: 1_000_000_000 },
  ],
  [
    'many changes at once',
    `mutation { ${repeat(21, (index) => `m${index}: upload(text: "a")`)} }`,
    'LIMIT_EXCEEDED',
    { limit: 'rootFields', actual: 21, allowed: 20 },
  ],
  [
    'variables that nobody reads, 20,000 levels deep',
    '{ warehouses }',
    'LIMIT_EXCEEDED',
    { limit: 'the depth of variables', actual: 51, allowed: 50 },
    { deep: deep(20_000) },
  ],
  ['a document of only a comment', '# '.repeat(200_000), 'LIMIT_EXCEEDED', { limit: 'characters' }],
];

describe.each([
  ['HTTP', overHttp],
  ['a socket', overSocket],
] as const)('fault 30: over %s', (door, ask) => {
  let before = 0;
  const asked = (): number => Object.values(open.graph.asked).reduce((sum, { length }) => sum + length, 0);
  beforeEach(() => {
    before = asked();
  });

  // Sockets take no frame of that length at all, which a test of theirs shows.
  const fitting = refused.filter(([, query]) => door === 'HTTP' || query.length < 60_000);
  test.each(fitting)(
    '%s is refused, and no subgraph hears of it',
    async (...[, query, code, more, variables]) => {
      const error = await ask(open, query, variables ?? {});

      expect(error?.extensions).toMatchObject({ code, ...more });
      expect(asked()).toBe(before);
    },
  );

  test('introspection is refused where it is turned off', async () => {
    for (const query of ['{ __schema { types { name } } }', '{ __type(name: "Book") { name } }']) {
      const error = await ask(closed, query, {});
      expect(error?.extensions?.['code']).toBe('GRAPHQL_VALIDATION_FAILED');
    }
  });

  test('nothing is suggested where the schema is not to be read', async () => {
    const misspelt = '{ book(id: 1) { titel } }';

    expect((await ask(closed, misspelt, {}))?.message).not.toContain('title');
    expect((await ask(open, misspelt, {}))?.message).toContain('Did you mean "title"?');
  });

  test('nothing is suggested to those who subscribe, either', async () => {
    const misspelt = 'subscription { bookEvents { cursr } }';
    const subscribe = door === 'HTTP' ? subscribeOverHttp : ask;

    expect((await subscribe(closed, misspelt, {}))?.message).not.toContain('cursor');
  });
});

async function subscribeOverHttp(harness: Harness, query: string): Promise<Refusal | undefined> {
  const { status, body } = await harness.post(JSON.stringify({ query }), {
    accept: 'text/event-stream',
    'content-type': 'application/json',
    authorization: `Bearer ${await harness.issuer.token()}`,
  });
  expect(status).toBe(400);
  return body.errors?.[0];
}

test('fault 30: batches are refused', async () => {
  const { status } = await open.post(
    JSON.stringify(Array.from({ length: 50 }, () => ({ query: '{ warehouses }' }))),
    {
      'content-type': 'application/json',
      authorization: `Bearer ${await open.issuer.token()}`,
    },
  );

  expect(status).toBe(400);
});

test('fault 30: huge variables are read once and refused where they fit nowhere', async () => {
  const huge = 'x'.repeat(8 * 1024 * 1024);

  const { status, body } = await open.ask(
    'query($n: Int) { books(first: $n) { total } }',
    { n: huge },
    await open.issuer.token({ role: 'CONNECTOR', gen: 1 }),
  );

  expect(status).toBe(400);
  expect(body.errors?.[0]?.extensions?.['code']).toBe('BAD_USER_INPUT');
  expect(JSON.stringify(body).length).toBeLessThan(10_000);
});

test('fault 30: what is let in says what it cost', async () => {
  const { extensions } = await open.ask('{ books(first: 3) { nodes { reviews(first: 2) { stars } } } }');

  expect(extensions?.cost['spent']).toBe(1 + 3 + 3 * 2);
});
