import { once } from 'node:events';
import { connect as connectTcp } from 'node:net';
import { Pool } from 'undici';
import { WebSocket } from 'ws';
import { hostileOperations, hugeOperations, type HostileOperation } from './hostile-operations.ts';
import type { Figure } from './report.ts';
import { percentile } from './statistics.ts';

/** Every refusal is to come within this. */
const allowedMs = 50;
const limitMs = 10_000;
const harmless = 'query Harmless { __typename }';
const protocol = 'graphql-transport-ws';

/** Whoever takes part in the measurement. */
export interface HostileParts {
  readonly url: string;
  readonly agentToken: string;
}

interface Measured {
  readonly what: string;
  readonly ms: readonly number[];
}

/** How long refusals take over one door, beside a harmless query that is answered over the same. */
interface Door {
  readonly name: string;
  readonly refusals: readonly Measured[];
  readonly floor: Measured;
}

/**
 * Milliseconds until hostile operations and sockets are refused, one after the other on an otherwise idle gateway. Throws when
 * one is not refused as it should be.
 */
export async function benchHostile(parts: HostileParts, samples: number): Promise<Figure[]> {
  const doors = [
    await overHttp(parts, samples),
    await overSockets(parts, samples),
    await onSockets(parts, samples),
  ];
  return [...doors.flatMap(figuresOf), worst(doors)];
}

async function sampled(
  what: string,
  count: number,
  act: (nth: number) => Promise<number>,
): Promise<Measured> {
  const ms: number[] = [];
  // The first ones find code that has not been compiled yet, and are told all the same: an attacker is the first, too.
  for (let nth = 0; nth < count; nth += 1) ms.push(await act(nth));
  return { what, ms };
}

async function overHttp({ url, agentToken }: HostileParts, samples: number): Promise<Door> {
  const { origin, pathname } = new URL(url);
  const pool = new Pool(origin, { connections: 1 });
  const bearer = { authorization: `Bearer ${agentToken}` };
  const ask = async (
    sent: unknown,
    expected: string,
    headers: Record<string, string> = bearer,
  ): Promise<number> => {
    const body = JSON.stringify(sent);
    const startedAt = performance.now();
    const answer = await pool.request({
      method: 'POST',
      path: pathname,
      headers: { ...headers, 'content-type': 'application/json' },
      body,
    });
    const text = await answer.body.text();
    const tookMs = performance.now() - startedAt;
    const said = expected === 'data' ? '"data":' : `"code":"${expected}"`;
    if (!text.includes(said)) throw new Error(`${expected} was expected and not ${text.slice(0, 300)}`);
    return tookMs;
  };
  const send = (
    { query, variables }: HostileOperation,
    nth: number,
  ): { query: string; variables: object } => ({
    query: query(nth),
    variables: variables ?? {},
  });
  try {
    await sampled('warming up', 20, () => ask({ query: harmless }, 'data'));
    const refusals: Measured[] = [];
    for (const operation of [...hostileOperations, ...hugeOperations]) {
      refusals.push(
        await sampled(operation.what, samples, (nth) => ask(send(operation, nth), operation.code)),
      );
    }
    const batch = Array.from({ length: 50 }, () => ({ query: harmless }));
    refusals.push(
      await sampled('a batch of 50', samples, () => ask(batch, 'BAD_REQUEST')),
      await sampled('no token', samples, () => ask({ query: harmless }, 'UNAUTHENTICATED', {})),
    );
    const floor = await sampled('a harmless query over HTTP', samples, () =>
      ask({ query: harmless }, 'data'),
    );
    return { name: 'HTTP', refusals, floor };
  } finally {
    await pool.destroy();
  }
}

async function connect({ url, agentToken }: HostileParts): Promise<WebSocket> {
  const socket = new WebSocket(url.replace(/^http/, 'ws'), protocol, { perMessageDeflate: false });
  socket.on('error', () => undefined);
  await once(socket, 'open');
  socket.send(
    JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${agentToken}` } }),
  );
  await once(socket, 'message');
  return socket;
}

/** The text of the next message of some kind. */
function next(socket: WebSocket, wanted: (text: string) => boolean): Promise<string> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error('a socket had no answer')), limitMs);
    const hear = (data: Buffer): void => {
      const text = data.toString();
      if (!wanted(text)) return;
      clearTimeout(late);
      socket.off('message', hear);
      resolve(text);
    };
    socket.on('message', hear);
  });
}

/** The same operations on one socket, which stays open. */
async function overSockets(parts: HostileParts, samples: number): Promise<Door> {
  const socket = await connect(parts);
  let asked = 0;
  const ask = async (query: string, variables: object, expected: string): Promise<number> => {
    asked += 1;
    const id = `q${asked}`;
    const startedAt = performance.now();
    // What Apollo refuses comes as a result that has errors and no data.
    const answered = next(
      socket,
      (text) => text.includes(`"id":"${id}"`) && !text.includes('"type":"complete"'),
    );
    socket.send(JSON.stringify({ id, type: 'subscribe', payload: { query, variables } }));
    const text = await answered;
    const tookMs = performance.now() - startedAt;
    if (!text.includes(expected)) throw new Error(`${expected} was expected and not ${text.slice(0, 300)}`);
    return tookMs;
  };
  try {
    await sampled('warming up', 20, () => ask(harmless, {}, '"data"'));
    const refusals: Measured[] = [];
    for (const { what, code, query, variables } of hostileOperations) {
      refusals.push(
        await sampled(what, samples, (nth) => ask(query(nth), variables ?? {}, `"code":"${code}"`)),
      );
    }
    const floor = await sampled('a harmless query on a socket', samples, () => ask(harmless, {}, '"data"'));
    return { name: 'a socket', refusals, floor };
  } finally {
    socket.terminate();
  }
}

/** What ends a socket: from the message to the code by which it is closed. A socket for each. */
async function onSockets(parts: HostileParts, samples: number): Promise<Door> {
  const cases: readonly (readonly [string, number, (socket: WebSocket) => void])[] = [
    ['bad JSON: 4400', 4400, (socket) => socket.send('{"type":')],
    ['a second introduction: 4429', 4429, (socket) => socket.send('{"type":"connection_init"}')],
    ['5,000 pings: 4429', 4429, flood],
  ];
  const refusals: Measured[] = [];
  for (const [what, code, harm] of cases) {
    refusals.push(
      await sampled(what, Math.min(samples, 30), async () => {
        const socket = await connect(parts);
        const closed = once(socket, 'close');
        harm(socket);
        // What this process needs for thousands of pings is not the gateway's.
        const startedAt = performance.now();
        const [said] = (await closed) as [number];
        if (said !== code) throw new Error(`a socket was closed with ${said} and not ${code}`);
        return performance.now() - startedAt;
      }),
    );
  }
  refusals.push(
    await sampled('a frame of 20 MB announced: 1009', Math.min(samples, 30), () => announceFrame(parts)),
  );
  const floor = await sampled('a socket that is opened, introduced and closed', samples, async () => {
    const startedAt = performance.now();
    const socket = await connect(parts);
    socket.close();
    await once(socket, 'close');
    return performance.now() - startedAt;
  });
  return { name: 'a socket of its own', refusals, floor };
}

function flood(socket: WebSocket): void {
  for (let nth = 0; nth < 5_000; nth += 1) socket.send('{"type":"ping"}');
}

/** From the announcement of a frame to the code: who sends all of it first measures how long 20 MB take. */
async function announceFrame({ url }: HostileParts): Promise<number> {
  const { hostname, port, pathname } = new URL(url);
  const tcp = connectTcp(Number(port), hostname);
  tcp.on('error', () => undefined);
  tcp.write(
    `GET ${pathname} HTTP/1.1\r\nhost: ${hostname}:${port}\r\nupgrade: websocket\r\nconnection: upgrade\r\n` +
      `sec-websocket-version: 13\r\nsec-websocket-key: ${Buffer.alloc(16).toString('base64')}\r\n` +
      `sec-websocket-protocol: ${protocol}\r\n\r\n`,
  );
  await once(tcp, 'data');
  const frame = Buffer.alloc(1_024);
  // A masked text frame with a length of eight bytes.
  frame.writeUInt16BE(0x81ff, 0);
  frame.writeBigUInt64BE(20_000_000n, 2);
  const startedAt = performance.now();
  tcp.write(frame);
  const [answer] = (await once(tcp, 'data')) as [Buffer];
  const tookMs = performance.now() - startedAt;
  tcp.destroy();
  if (answer.readUInt16BE(2) !== 1009) throw new Error('a frame of 20 MB was not refused');
  return tookMs;
}

function figuresOf({ name, refusals, floor }: Door): Figure[] {
  return refusals.flatMap(({ what, ms }) =>
    ([0.5, 0.99] as const).map((p) => ({
      bench: 'hostile' as const,
      what: `${what}, over ${name}, p${p * 100} of ${ms.length}`,
      unit: 'ms',
      value: percentile(ms, p),
      floor: percentile(floor.ms, p),
      floorWhat: floor.what,
      moreIsBetter: false,
    })),
  );
}

function worst(doors: readonly Door[]): Figure {
  const slowest = doors
    .flatMap(({ name, refusals }) =>
      refusals.map(({ what, ms }) => ({ what: `${what}, over ${name}`, ms: percentile(ms, 0.99) })),
    )
    .reduce((one, other) => (other.ms > one.ms ? other : one));
  return {
    bench: 'hostile',
    what: `the slowest of all, p99: ${slowest.what}`,
    unit: 'ms',
    value: slowest.ms,
    floor: allowedMs,
    floorWhat: 'what a refusal may take',
    moreIsBetter: false,
  };
}
