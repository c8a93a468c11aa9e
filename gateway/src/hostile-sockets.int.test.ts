import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { eventually } from '@smart-tickets/testing/eventually';
import { once } from 'node:events';
import { connect as connectTcp, type Socket } from 'node:net';
import { startHarness, type Harness } from './testing/harness.ts';
import { connectRaw, type RawSocket } from './testing/raw-socket.ts';

let harness: Harness;
const opened: RawSocket[] = [];
beforeAll(async () => {
  harness = await startHarness();
});
afterEach(async () => {
  for (const { socket } of opened.splice(0)) socket.terminate();
  await eventually(() => harness.gateway.counts().sockets === 0);
});
afterAll(async () => {
  await harness.close();
});

async function connect(token?: string): Promise<RawSocket> {
  const socket = await connectRaw(harness.socketUrl, token);
  opened.push(socket);
  return socket;
}
const agentSocket = async (sub = 'agent'): Promise<RawSocket> => connect(await harness.issuer.token({ sub }));

async function expectService(socket: RawSocket): Promise<void> {
  socket.send({ id: 'well', type: 'subscribe', payload: { query: '{ warehouses }' } });
  expect(await socket.next()).toMatchObject({ id: 'well', payload: { data: { warehouses: 2 } } });
}

const subscription = { query: 'subscription { bookEvents { cursor } }' };

test('fault 31: a caller has a thousand sockets and not one more; others have theirs', async () => {
  const token = await harness.issuer.token({ sub: 'many' });
  const mine: RawSocket[] = [];
  while (mine.length < 1_000) {
    mine.push(...(await Promise.all(Array.from({ length: 50 }, () => connect(token)))));
  }

  const oneMore = await connect();
  oneMore.send({ type: 'connection_init', payload: { token } });

  expect(await oneMore.closed).toBe(4429);
  await eventually(() => harness.gateway.counts().sockets === 1_000);
  await expectService(await agentSocket('another'));
  await expectService(mine[999] as RawSocket);
});

test('fault 31: of a thousand subscriptions on each socket a hundred run, and they cost one upstream', async () => {
  const sockets = await Promise.all(Array.from({ length: 10 }, () => agentSocket('eager')));

  const refusals = await Promise.all(
    sockets.map(async (socket) => {
      for (let nth = 0; nth < 1_000; nth += 1) {
        socket.send({ id: `s${nth}`, type: 'subscribe', payload: subscription });
      }
      const refused: unknown[] = [];
      while (refused.length < 900) refused.push(await socket.next());
      return refused;
    }),
  );

  const refusal = { type: 'error', payload: [{ extensions: { code: 'LIMIT_EXCEEDED' } }] };
  expect(refusals.flat()).toEqual(
    Array.from({ length: 9_000 }, () => expect.objectContaining({ id: expect.any(String) })),
  );
  expect(refusals.flat()[0]).toMatchObject(refusal);
  expect(refusals.flat().at(-1)).toMatchObject(refusal);
  await eventually(() => harness.graph.subscriptions.open === 1);
  harness.graph.emit({ cursor: 'c1', book: { id: '1' } });
  const told = await Promise.all(
    sockets.map(async (socket) => {
      const ids = new Set<unknown>();
      while (ids.size < 100) ids.add((await socket.next())['id']);
      return ids.size;
    }),
  );
  expect(told).toEqual(Array.from({ length: 10 }, () => 100));
});

describe('fault 31: a flood ends its socket, and no other:', () => {
  test('messages that cost nothing: 4429', async () => {
    const [flooding, quiet] = [await agentSocket(), await agentSocket()];

    for (let nth = 0; nth < 20_000; nth += 1) flooding.send({ type: 'ping', payload: { nth } });

    expect(await flooding.closed).toBe(4429);
    await expectService(quiet);
  });

  test('messages before the introduction: 4429', async () => {
    const socket = await connect();

    for (let nth = 0; nth < 20_000; nth += 1) socket.send({ type: 'pong' });

    expect(await socket.closed).toBe(4429);
  });

  test('pings of the WebSocket: cut', async () => {
    const [flooding, quiet] = [await agentSocket(), await agentSocket()];

    for (let nth = 0; nth < 20_000; nth += 1) flooding.socket.ping('x'.repeat(125));

    // ws itself ends those that send more pings at once than it can answer.
    expect([4429, 1006]).toContain(await flooding.closed);
    await expectService(quiet);
  });

  test('pongs of the WebSocket that nobody has asked for: 4429', async () => {
    const [flooding, quiet] = [await agentSocket(), await agentSocket()];

    for (let nth = 0; nth < 20_000; nth += 1) flooding.socket.pong();

    expect(await flooding.closed).toBe(4429);
    await expectService(quiet);
  });
});

describe('fault 31: closes with', () => {
  test.each([
    ['no JSON', 'what?'],
    ['half an object', '{"type":'],
    ['null', 'null'],
    ['a batch', JSON.stringify([{ type: 'ping' }, { type: 'ping' }])],
    ['an unknown type', '{"type":"start","id":"1"}'],
    [
      'an operation without an id',
      JSON.stringify({ type: 'subscribe', payload: { query: '{ warehouses }' } }),
    ],
    ['an operation without a text', JSON.stringify({ type: 'subscribe', id: 'q', payload: {} })],
    ['bytes', Buffer.from([0xff, 0, 0xfe])],
  ])('4400 on %s', async (_what, message) => {
    const socket = await agentSocket();

    socket.socket.send(message);

    expect(await socket.closed).toBe(4400);
  });

  test('1009 on a frame of 20 MB', async () => {
    const socket = await agentSocket();

    socket.socket.send('x'.repeat(20_000_000));

    expect(await socket.closed).toBe(1009);
  });
});

/** A WebSocket by hand, so that everything that must not be sent can be. */
async function handshake(): Promise<Socket> {
  const { hostname, port } = new URL(harness.socketUrl);
  const tcp = connectTcp(Number(port), hostname);
  tcp.on('error', () => undefined);
  tcp.write(
    [
      'GET /graphql HTTP/1.1',
      `host: ${hostname}:${port}`,
      'upgrade: websocket',
      'connection: upgrade',
      'sec-websocket-version: 13',
      'sec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==',
      'sec-websocket-protocol: graphql-transport-ws',
      '\r\n',
    ].join('\r\n'),
  );
  const [head] = (await once(tcp, 'data')) as [Buffer];
  expect(String(head)).toContain('HTTP/1.1 101');
  return tcp;
}

/** A masked frame, its mask all zeros; its length may be another than it says. */
function frame(first: number, payload: Buffer, length = payload.length): Buffer {
  const head = Buffer.alloc(14);
  head[0] = first;
  head[1] = 0x80 | 127;
  head.writeBigUInt64BE(BigInt(length), 2);
  return Buffer.concat([head, payload]);
}

describe('fault 31: no broken frame ends the process:', () => {
  const text = 0x81;
  test.each([
    ['one that is not masked', Buffer.from([text, 2, 0x7b, 0x7d]), 1002],
    ['an unknown kind', frame(0x83, Buffer.from('{}')), 1002],
    ['reserved bits', frame(0xf1, Buffer.from('{}')), 1002],
    ['a continuation of nothing', frame(0x80, Buffer.from('{}')), 1002],
    ['a ping in parts', Buffer.from([0x09, 0x80, 0, 0, 0, 0]), 1002],
    ['text that is no UTF-8', frame(text, Buffer.from([0xc3, 0x28])), 1007],
    ['an announcement of 2^53 bytes', frame(text, Buffer.alloc(0), 2 ** 53), 1009],
    ['a code to close with that there is not', Buffer.from([0x88, 0x82, 0, 0, 0, 0, 0, 1]), 1002],
    ['text in more parts than there are bytes', endlessParts(), 1008],
  ])('%s', async (_what, bytes, code) => {
    const tcp = await handshake();

    tcp.write(bytes);

    const answer = await untilClosed(tcp);
    expect(answer.readUInt16BE(2)).toBe(code);
    await expectService(await agentSocket());
  });

  test('a connection that is reset in the middle of a frame', async () => {
    const tcp = await handshake();
    tcp.write(frame(text, Buffer.from('{"type":'), 1_000));
    await eventually(() => harness.gateway.counts().sockets === 1);

    tcp.resetAndDestroy();

    await eventually(() => harness.gateway.counts().sockets === 0);
    await expectService(await agentSocket());
  });
});

function endlessParts(): Buffer {
  const empty = Buffer.from([0x00, 0x80, 0, 0, 0, 0]);
  return Buffer.concat([
    Buffer.from([0x01, 0x80, 0, 0, 0, 0]),
    ...Array.from({ length: 20_000 }, () => empty),
  ]);
}

/** The frame by which a socket is closed. */
async function untilClosed(tcp: Socket): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of tcp) {
    parts.push(part as Buffer);
    if (Buffer.concat(parts).length >= 4) break;
  }
  return Buffer.concat(parts);
}
