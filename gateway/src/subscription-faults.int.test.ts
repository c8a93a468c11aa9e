import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { eventually } from '@smart-tickets/testing/eventually';
import { startHarness, type Harness } from './testing/harness.ts';
import { connectRaw, type RawSocket } from './testing/raw-socket.ts';

let harness: Harness;
beforeEach(async () => {
  harness = await startHarness();
});
afterEach(async () => {
  await harness.close();
});

const selection =
  'subscription { change: bookEvents { at: cursor book { name: title inStock reviews(first: 1) { stars } } } }';

async function subscribe(): Promise<RawSocket> {
  const raw = await connectRaw(harness.socketUrl, await harness.issuer.token());
  raw.send({ id: 's', type: 'subscribe', payload: { query: selection } });
  // A query behind it on the same socket: when that is answered the subscription has been taken up.
  raw.send({ id: 'q', type: 'subscribe', payload: { query: '{ warehouses }' } });
  await raw.next();
  await raw.next();
  await eventually(() => harness.graph.subscriptions.open === 1);
  return raw;
}

test('closes the sockets with 1012 when the subgraph is lost, and only those that it concerns', async () => {
  const concerned = [await subscribe(), await subscribe()];
  const other = await connectRaw(harness.socketUrl, await harness.issuer.token());

  await harness.graph.stop('book');

  expect(await Promise.all(concerned.map((socket) => socket.closed))).toEqual([1012, 1012]);
  other.send({ id: 'q', type: 'subscribe', payload: { query: '{ warehouses }' } });
  expect(await other.next()).toMatchObject({ payload: { data: { warehouses: 2 } } });
  expect(harness.gateway.counts().upstreams).toBe(0);
});

test('closes the socket with 1012 when the subgraph is not there to begin with', async () => {
  await harness.graph.stop('book');
  const socket = await connectRaw(harness.socketUrl, await harness.issuer.token());

  socket.send({ id: 's', type: 'subscribe', payload: { query: 'subscription { bookEvents { cursor } }' } });

  expect(await socket.closed).toBe(1012);
});

test('fault 30: variables too deep to compare leave nothing open behind', async () => {
  const socket = await connectRaw(harness.socketUrl, await harness.issuer.token());
  const deep = JSON.parse('['.repeat(20_000) + ']'.repeat(20_000)) as unknown;

  socket.send({ id: 's', type: 'subscribe', payload: { query: selection, variables: { deep } } });

  expect(await socket.next()).toMatchObject({
    id: 's',
    type: 'error',
    payload: [{ extensions: { code: 'LIMIT_EXCEEDED', limit: 'the depth of variables' } }],
  });
  expect(harness.gateway.counts().upstreams).toBe(0);
});

test('variables that nobody reads do not keep subscribers from sharing an answer', async () => {
  const sockets = await Promise.all(
    [1, 2, 3].map(async (unread) => {
      const raw = await connectRaw(harness.socketUrl, await harness.issuer.token());
      raw.send({ id: 's', type: 'subscribe', payload: { query: selection, variables: { unread } } });
      raw.send({ id: 'q', type: 'subscribe', payload: { query: '{ warehouses }' } });
      await raw.next();
      await raw.next();
      return raw;
    }),
  );
  await eventually(() => harness.graph.subscriptions.open === 1);
  const before = harness.graph.lookups.reviews;

  harness.graph.emit({ cursor: 'c1', book: { id: '7' } });

  const heard = await Promise.all(sockets.map((socket) => socket.next()));
  expect(heard).toEqual(heard.map(() => expect.objectContaining({ id: 's', type: 'next' })));
  expect(harness.graph.lookups.reviews - before).toBe(1);
});

test('gives what there is of an event when the subgraph with the rest is down', async () => {
  const socket = await subscribe();
  await harness.graph.stop('stock');

  harness.graph.emit({ cursor: 'c1', book: { id: '7' } });

  expect(await socket.next()).toEqual({
    id: 's',
    type: 'next',
    payload: {
      data: { change: { at: 'c1', book: { name: 'Book 7', inStock: null, reviews: [{ stars: 1 }] } } },
      errors: [
        {
          message: 'A part of the system does not answer just now; try again soon.',
          path: ['change', 'book'],
          extensions: { code: 'SUBGRAPH_UNAVAILABLE', requestId: expect.any(String) },
        },
      ],
    },
  });
});

test('stops in order: sockets are told 1001, the port is free, and nothing is left open', async () => {
  const socket = await subscribe();
  const release = harness.graph.holdReviews('1');
  const inFlight = harness.ask('{ book(id: "1") { reviews(first: 1) { stars } } }');
  await eventually(() => harness.graph.lookups.reviews === 1);

  const stopped = harness.gateway.stop();
  expect(await socket.closed).toBe(1001);
  release();

  expect((await inFlight).body).toEqual({ data: { book: { reviews: [{ stars: 1 }] } } });
  await stopped;
  await expect(fetch(harness.url)).rejects.toThrow('fetch failed');
  await eventually(() => harness.graph.subscriptions.open === 0);
  expect(harness.gateway.counts()).toEqual({ sockets: 0, streams: 0, upstreams: 0, pending: 0 });
});
