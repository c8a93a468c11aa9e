import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { eventually } from '@smart-tickets/testing/eventually';
import type { Client } from 'graphql-ws';
import { startHarness, type Harness } from './testing/harness.ts';
import { connectRaw, type RawSocket } from './testing/raw-socket.ts';

let harness: Harness;
const opened: RawSocket[] = [];
beforeAll(async () => {
  harness = await startHarness();
});
beforeEach(() => {
  Object.assign(harness.graph.subscriptions, { started: 0, whoStarted: [] });
  harness.graph.lookups.reviews = 0;
});
afterEach(async () => {
  for (const { socket } of opened.splice(0)) socket.terminate();
  await eventually(() => harness.graph.subscriptions.open === 0 && harness.gateway.counts().sockets === 0);
});
afterAll(async () => {
  await harness.close();
});

const selection = `
  subscription Live($reviews: Int!, $after: String) {
    change: bookEvents(after: $after) { at: cursor book { name: title ...More } }
  }
  fragment More on Book { inStock opinions: reviews(first: $reviews) { stars } }`;

const event = (cursor: string, id = '7'): { cursor: string; book: { id: string } } => ({
  cursor,
  book: { id },
});
const open = (): number => harness.graph.subscriptions.open;

/** Subscribes on a socket of its own and waits until the subgraph has `expected` subscriptions. */
async function subscribe(
  expected: number,
  variables: Record<string, unknown> = {},
  sub = 'agent-1',
): Promise<RawSocket> {
  const raw = await connectRaw(harness.socketUrl, await harness.issuer.token({ sub }));
  opened.push(raw);
  raw.send({
    id: 's',
    type: 'subscribe',
    payload: { query: selection, variables: { reviews: 1, ...variables } },
  });
  // A query behind it on the same socket: when that is answered the subscription has been taken up.
  raw.send({ id: 'q', type: 'subscribe', payload: { query: '{ warehouses }' } });
  await raw.next();
  await raw.next();
  await eventually(() => open() === expected);
  return raw;
}
const cursorOf = (message: unknown): unknown =>
  (message as { payload: { data: { change: { at: string } } } }).payload.data.change.at;

test('completes an event of one subgraph with fields of two others, aliases and fragments', async () => {
  const client: Client = harness.client();
  const events = client.iterate({ query: selection, variables: { reviews: 1 } });
  const first = events.next();
  await eventually(() => open() === 1);

  harness.graph.emit(event('c1'));

  expect((await first).value).toEqual({
    data: { change: { at: 'c1', book: { name: 'Book 7', inStock: 70, opinions: [{ stars: 1 }] } } },
  });
  await events.return?.();
});

describe('shares', () => {
  test('one upstream and one completion between sockets that ask for the same', async () => {
    const sockets = [await subscribe(1), await subscribe(1), await subscribe(1)];

    harness.graph.emit(event('c1'));

    const [first, ...others] = await Promise.all(sockets.map((socket) => socket.next()));
    for (const other of others) expect(other).toEqual(first);
    expect(harness.graph.subscriptions.started).toBe(1);
    expect(harness.graph.lookups.reviews).toBe(1);
  });

  test('one upstream between different selections, each with its own completion', async () => {
    const one = await subscribe(1, { reviews: 1 });
    const two = await subscribe(1, { reviews: 2 });

    harness.graph.emit(event('c1'));

    expect(await one.next()).toMatchObject({
      payload: { data: { change: { book: { opinions: [{ stars: 1 }] } } } },
    });
    expect(await two.next()).toMatchObject({
      payload: { data: { change: { book: { opinions: [{ stars: 1 }, { stars: 2 }] } } } },
    });
    expect(harness.graph.subscriptions.started).toBe(1);
  });

  test('nothing between different viewers', async () => {
    await subscribe(1, {}, 'agent-1');
    await subscribe(2, {}, 'agent-2');

    expect(harness.graph.subscriptions.whoStarted).toEqual(['agent-1', 'agent-2']);
  });

  test('one upstream between those who come back with the same cursor, until its first event', async () => {
    const early = [await subscribe(1, { after: 'c1' }), await subscribe(1, { after: 'c1' })];
    await subscribe(2, { after: 'c2' });

    harness.graph.emit(event('c3'));
    expect(await Promise.all(early.map((socket) => socket.next().then(cursorOf)))).toEqual(['c3', 'c3']);
    const late = await subscribe(3, { after: 'c1' });
    harness.graph.emit(event('c4'));

    expect(cursorOf(await late.next())).toBe('c4');
    expect(harness.graph.subscriptions.started).toBe(3);
  });

  test('nothing between those who come back and those who begin with what comes next', async () => {
    await subscribe(1, { after: 'c1' });
    await subscribe(2);
    await subscribe(2, { after: null });

    expect(harness.graph.subscriptions.started).toBe(2);
  });
});

test('delivers in the order of the events, whatever is ready first', async () => {
  const socket = await subscribe(1);
  const release = harness.graph.holdReviews('1');

  harness.graph.emit(event('c1', '1'));
  harness.graph.emit(event('c2', '2'));
  await eventually(() => harness.graph.lookups.reviews === 2);
  release();

  expect([cursorOf(await socket.next()), cursorOf(await socket.next())]).toEqual(['c1', 'c2']);
});

test('delivers three hundred events at once, each once and in order', async () => {
  const socket = await subscribe(1);
  const cursors = Array.from({ length: 300 }, (_, index) => `c${index}`);

  for (const cursor of cursors) harness.graph.emit(event(cursor));

  const seen: unknown[] = [];
  while (seen.length < cursors.length) seen.push(cursorOf(await socket.next()));
  expect(seen).toEqual(cursors);
});

test('reads no further ahead of a subgraph that is behind, and loses nothing by it', async () => {
  const socket = await subscribe(1);
  const release = harness.graph.holdReviews('1');
  const padding = 'x'.repeat(10_000);
  const cursors = Array.from({ length: 1000 }, (_, index) => `c${index} ${padding}`);

  for (const cursor of cursors) harness.graph.emit(event(cursor, '1'));
  await eventually(() => harness.gateway.counts().pending > 64);
  for (let index = 0; index < 20; index += 1) await harness.ask('{ warehouses }');
  expect(harness.gateway.counts().pending).toBeLessThan(200);
  release();

  const seen: unknown[] = [];
  while (seen.length < cursors.length) seen.push(cursorOf(await socket.next()));
  expect(seen).toEqual(cursors);
});

describe('ends', () => {
  test('the upstream with its last subscriber, however that one leaves', async () => {
    const polite = await subscribe(1);
    const rude = await subscribe(1);

    polite.send({ id: 's', type: 'complete' });
    harness.graph.emit(event('c1'));
    expect(cursorOf(await rude.next())).toBe('c1');
    expect(open()).toBe(1);

    rude.socket.terminate();
    await eventually(() => open() === 0);
    polite.socket.close();
    await eventually(() => harness.gateway.counts().sockets === 0);
    expect(harness.gateway.counts()).toEqual({ sockets: 0, streams: 0, upstreams: 0, pending: 0 });
  });

  test('the subscription when the subgraph ends it, after the last event', async () => {
    const socket = await subscribe(1);

    harness.graph.emit(event('c1'));
    harness.graph.finish();

    expect(cursorOf(await socket.next())).toBe('c1');
    expect(await socket.next()).toEqual({ id: 's', type: 'complete' });
    expect(harness.gateway.counts().upstreams).toBe(0);
  });

  test('a subscription that the subgraph refuses, with its reason', async () => {
    const socket = await connectRaw(harness.socketUrl, await harness.issuer.token());
    opened.push(socket);

    socket.send({
      id: 's',
      type: 'subscribe',
      payload: { query: selection, variables: { reviews: 1, after: 'too-old' } },
    });

    expect(await socket.next()).toMatchObject({
      id: 's',
      type: 'error',
      payload: [{ message: 'That cursor is too old.', extensions: { code: 'CURSOR_EXPIRED' } }],
    });
    expect(harness.gateway.counts().upstreams).toBe(0);
  });
});
