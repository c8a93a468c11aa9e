import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { eventually } from '@smart-tickets/testing/eventually';
import { WebSocket } from 'ws';
import { startHarness, type Harness } from './testing/harness.ts';

const site = 'https://desk.example.com';
let harness: Harness;
beforeAll(async () => {
  harness = await startHarness(() => ({
    costPerMinute: 100,
    socketsPerCaller: 2,
    allowedOrigins: [site],
  }));
});
afterAll(async () => {
  await harness.close();
});

const tokenOf = (sub: string): Promise<string> => harness.issuer.token({ sub });

test('an operation says what it cost and what is left, in its answer and in its headers', async () => {
  const { headers, extensions, status } = await harness.ask(
    '{ book(id: 1) { title } }',
    {},
    await tokenOf('frugal'),
  );

  expect(status).toBe(200);
  expect(extensions).toEqual({ cost: { spent: 1, remaining: 99, limit: 100 } });
  expect(headers.get('ratelimit-policy')).toBe('"cost";q=100;w=60');
  expect(headers.get('ratelimit')).toBe('"cost";r=99;t=1');
});

test('a caller that has spent its budget is refused with 429 and told when to come back, others are not', async () => {
  const dear = '{ books(first: 70) { nodes { title } } }';
  const greedy = await tokenOf('greedy');
  await harness.ask(dear, {}, greedy);

  const { status, headers, body } = await harness.ask(dear, {}, greedy);
  const other = await harness.ask(dear, {}, await tokenOf('other'));

  expect(status).toBe(429);
  expect(body.errors).toMatchObject([{ extensions: { code: 'RATE_LIMITED' } }]);
  expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
  expect(other.status).toBe(200);
});

test('the budget is the same on a socket', async () => {
  const client = harness.client({ sub: 'socket' });
  const ask = () => client.iterate({ query: '{ books(first: 70) { nodes { title } } }' }).next();

  const first = await ask();

  expect(JSON.stringify(first.value)).toContain('cost');
  await expect(ask()).rejects.toMatchObject([{ extensions: { code: 'RATE_LIMITED' } }]);
  await client.dispose();
});

test('a caller has no more sockets than allowed, and may open another when one is gone', async () => {
  const open = async (): Promise<{ socket: WebSocket; outcome: Promise<string | number> }> => {
    const token = await tokenOf('many');
    const socket = new WebSocket(harness.socketUrl, 'graphql-transport-ws');
    const outcome = new Promise<string | number>((resolve) => {
      socket.on('open', () => {
        socket.send(JSON.stringify({ type: 'connection_init', payload: { token } }));
      });
      socket.on('message', () => {
        resolve('open');
      });
      socket.on('close', resolve);
    });
    return { socket, outcome };
  };
  const [first, second] = [await open(), await open()];
  expect([await first.outcome, await second.outcome]).toEqual(['open', 'open']);

  expect(await (await open()).outcome).toBe(4429);
  first.socket.close();
  const again = await eventually(async () => {
    const next = await open();
    return (await next.outcome) === 'open' && next;
  });

  for (const { socket } of [second, again]) socket.close();
});

test('a caller has no more subscriptions over plain HTTP than allowed', async () => {
  const open = async (): Promise<Response> =>
    fetch(harness.url, {
      method: 'POST',
      headers: {
        origin: site,
        accept: 'text/event-stream',
        'content-type': 'application/json',
        authorization: `Bearer ${await tokenOf('streaming')}`,
      },
      body: JSON.stringify({ query: 'subscription { bookEvents { cursor } }' }),
    });
  const streams = [await open(), await open()];

  const third = await open();
  for (const stream of streams) await stream.body?.cancel();
  const again = await eventually(async () => {
    const next = await open();
    return next.status === 200 && next;
  });

  expect(streams.map(({ status }) => status)).toEqual([200, 200]);
  expect(streams[0]?.headers.get('access-control-allow-origin')).toBe(site);
  expect(streams[0]?.headers.get('ratelimit')).toContain('"cost"');
  expect(third.status).toBe(429);
  await again.body?.cancel();
});

describe('a page of another site', () => {
  const handshake = (origin: string): Promise<string> =>
    new Promise((resolve) => {
      const socket = new WebSocket(harness.socketUrl, 'graphql-transport-ws', { origin });
      socket.on('open', () => {
        socket.close();
        resolve('open');
      });
      socket.on('error', (error) => {
        resolve(error.message);
      });
    });

  test('opens no socket unless its origin is listed; the gateway’s own pages do', async () => {
    const own = new URL(harness.url).origin;

    expect(await handshake('https://evil.example')).toContain('403');
    expect(await handshake('null')).toContain('403');
    expect([await handshake(site), await handshake(own)]).toEqual(['open', 'open']);
  });

  test.each([
    [site, site],
    ['https://evil.example', null],
  ])('from %s is given leave by CORS: %s', async (origin, allowed) => {
    const asked = await fetch(harness.url, {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization,content-type',
      },
    });
    const answered = await fetch(harness.url, {
      method: 'POST',
      headers: {
        origin,
        'content-type': 'application/json',
        authorization: `Bearer ${await tokenOf('page')}`,
      },
      body: JSON.stringify({ query: '{ warehouses }' }),
    });

    expect(asked.headers.get('access-control-allow-origin')).toBe(allowed);
    expect(answered.headers.get('access-control-allow-origin')).toBe(allowed);
    expect(answered.headers.get('access-control-allow-credentials')).toBeNull();
  });
});

test('without a list no site is given leave', async () => {
  const strict = await startHarness();

  const response = await fetch(strict.url, {
    method: 'OPTIONS',
    headers: { origin: site, 'access-control-request-method': 'POST' },
  });

  expect(response.headers.get('access-control-allow-origin')).toBeNull();
  await strict.close();
});
