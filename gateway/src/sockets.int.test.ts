import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { eventually } from '@smart-tickets/testing/eventually';
import { pino } from 'pino';
import { WebSocket } from 'ws';
import { startHarness, type Harness } from './testing/harness.ts';
import { connectRaw, type RawSocket } from './testing/raw-socket.ts';

let harness: Harness;
const lines: string[] = [];
const opened: RawSocket[] = [];
beforeAll(async () => {
  const log = pino({ level: 'info' }, { write: (line: string) => lines.push(line) });
  harness = await startHarness(() => ({ initTimeoutMs: 500, mostBufferedBytes: 16_384, log }));
});
afterEach(async () => {
  for (const { socket } of opened.splice(0)) socket.terminate();
  await eventually(() => harness.graph.subscriptions.open === 0);
});
afterAll(async () => {
  await harness.close();
});

async function connect(token?: string): Promise<RawSocket> {
  const socket = await connectRaw(harness.socketUrl, token);
  opened.push(socket);
  return socket;
}
const agentSocket = async (): Promise<RawSocket> => connect(await harness.issuer.token());

async function ask(socket: RawSocket, query: string, variables?: Record<string, unknown>): Promise<unknown> {
  socket.send({
    id: 'q',
    type: 'subscribe',
    payload: { query, ...(variables === undefined ? {} : { variables }) },
  });
  return socket.next();
}

test('answers queries and mutations, then completes them', async () => {
  const socket = await agentSocket();

  expect(await ask(socket, '{ book(id: "2") { title inStock } }')).toEqual({
    id: 'q',
    type: 'next',
    payload: {
      data: { book: { title: 'Book 2', inStock: 20 } },
      extensions: { cost: { spent: 1, remaining: expect.any(Number), limit: 600_000 } },
    },
  });
  expect(await socket.next()).toEqual({ id: 'q', type: 'complete' });
  expect(await ask(socket, 'mutation($t: String!) { upload(text: $t) }', { t: 'abc' })).toMatchObject({
    payload: { data: { upload: 3 } },
  });
});

test('masks bugs on sockets as elsewhere', async () => {
  expect(await ask(await agentSocket(), '{ broken }')).toMatchObject({
    payload: {
      data: { broken: null },
      errors: [
        {
          message: 'Something went wrong on our side; it has been logged.',
          extensions: { code: 'INTERNAL_SERVER_ERROR', requestId: expect.any(String) },
        },
      ],
    },
  });
});

describe('holds operations on sockets to the same rules:', () => {
  const listOfLists = '{ books(first: 500) { nodes { reviews(first: 500) { stars } } } }';
  test.each([
    ['broken GraphQL', '{ book', {}, 'error', 'GRAPHQL_PARSE_FAILED'],
    ['cost', listOfLists, {}, 'error', 'LIMIT_EXCEEDED'],
    [
      'an unknown field of a subscription',
      'subscription { nothing }',
      {},
      'error',
      'GRAPHQL_VALIDATION_FAILED',
    ],
    [
      'a wrong variable',
      'subscription($a: String!) { bookEvents(after: $a) { cursor } }',
      {},
      'error',
      'BAD_USER_INPUT',
    ],
  ])('%s', async (_name, query, variables, type, code) => {
    expect(await ask(await agentSocket(), query, variables)).toMatchObject({
      type,
      payload: [{ extensions: { code } }],
    });
  });

  test('what a viewer may not', async () => {
    const socket = await connect(await harness.issuer.token({ role: 'VIEWER' }));

    expect(await ask(socket, 'mutation { upload(text: "a") }')).toMatchObject({
      type: 'error',
      payload: [{ extensions: { code: 'FORBIDDEN' } }],
    });
  });

  test('fault 31: a hundred operations at once', async () => {
    const socket = await agentSocket();
    for (let index = 0; index < 101; index += 1) {
      const payload = { query: 'subscription { bookEvents { cursor } }' };
      socket.send({ id: `s${index}`, type: 'subscribe', payload });
    }

    expect(await socket.next()).toMatchObject({
      id: 's100',
      type: 'error',
      payload: [{ extensions: { code: 'LIMIT_EXCEEDED' } }],
    });
  });
});

describe('asks who is there:', () => {
  test.each(['authorization', 'Authorization', 'token'])('takes the token as %s', async (name) => {
    const socket = await connect();
    const token = await harness.issuer.token();

    socket.send({
      type: 'connection_init',
      payload: { [name]: name === 'token' ? token : `Bearer ${token}` },
    });

    expect(await socket.next()).toEqual({ type: 'connection_ack' });
  });

  test.each([
    ['no token', {}],
    ['a bad token', { authorization: 'Bearer a.b.c' }],
  ])('closes with 4403 on %s', async (_name, payload) => {
    const socket = await connect();

    socket.send({ type: 'connection_init', payload });

    expect(await socket.closed).toBe(4403);
  });

  test('fault 31: closes with 4401 on an operation before the introduction', async () => {
    const socket = await connect();

    socket.send({ id: 'q', type: 'subscribe', payload: { query: '{ warehouses }' } });

    expect(await socket.closed).toBe(4401);
  });

  test('fault 31: closes with 4408 on silence', async () => {
    expect(await (await connect()).closed).toBe(4408);
  });

  test('closes with 4403 when the token ends, and the client comes back with a fresh one', async () => {
    let connected = 0;
    const codes: number[] = [];
    const client = harness.client(undefined, {
      retryAttempts: 1,
      retryWait: () => Promise.resolve(),
      connectionParams: async () => {
        connected += 1;
        return { token: await harness.issuer.token({ expiresIn: connected === 1 ? 1 : 600 }) };
      },
      on: { closed: (closed) => codes.push((closed as { code: number }).code) },
    });
    const events = client.iterate({ query: 'subscription { bookEvents { cursor } }' });
    const first = events.next();

    await eventually(() => connected === 2 && harness.graph.subscriptions.open === 1);
    harness.graph.emit({ cursor: 'c1', book: { id: '1' } });

    expect((await first).value).toEqual({ data: { bookEvents: { cursor: 'c1' } } });
    expect(codes).toEqual([4403]);
    await events.return?.();
  });
});

describe('fault 31: survives', () => {
  afterEach(async () => {
    expect(await ask(await agentSocket(), '{ warehouses }')).toMatchObject({
      payload: { data: { warehouses: 2 } },
    });
  });

  test('an over-long frame: 1009', async () => {
    const socket = await connect();

    socket.socket.send('x'.repeat(64 * 1024 + 1));

    expect(await socket.closed).toBe(1009);
  });

  test('what is no message: 4400', async () => {
    const socket = await agentSocket();

    socket.socket.send('{"type":"nonsense"}');

    expect(await socket.closed).toBe(4400);
  });

  test('two introductions: 4429', async () => {
    const socket = await agentSocket();

    socket.send({ type: 'connection_init' });

    expect(await socket.closed).toBe(4429);
  });

  test('the same id twice: 4409', async () => {
    const socket = await agentSocket();
    const subscribe = {
      id: 's',
      type: 'subscribe',
      payload: { query: 'subscription { bookEvents { cursor } }' },
    };

    socket.send(subscribe);
    socket.send(subscribe);

    expect(await socket.closed).toBe(4409);
  });

  test('another sub-protocol: refused or 4406', async () => {
    const socket = new WebSocket(harness.socketUrl);
    const code = await new Promise<number>((resolve) => {
      socket.on('error', () => undefined);
      socket.on('close', resolve);
    });

    expect(code).toBe(4406);
  });

  test('another path: 404', async () => {
    const socket = new WebSocket(harness.socketUrl.replace('/graphql', '/elsewhere'));
    const message = await new Promise<string>((resolve) => {
      socket.on('error', (error) => {
        resolve(error.message);
      });
    });

    expect(message).toContain('404');
  });

  test('a client that does not read: 4513', async () => {
    const socket = await agentSocket();
    socket.send({ id: 's', type: 'subscribe', payload: { query: 'subscription { bookEvents { cursor } }' } });
    await eventually(() => harness.graph.subscriptions.open === 1);
    socket.socket.pause();

    const cursor = 'c'.repeat(100_000);
    await eventually(() => {
      harness.graph.emit({ cursor, book: { id: '1' } });
      return lines.some((line) => line.includes('slow consumer'));
    });
    socket.socket.resume();

    expect(await socket.closed).toBe(4513);
  });
});
