import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { eventually } from '@smart-tickets/testing/eventually';
import { startHarness, type Harness } from './testing/harness.ts';
import { connectRaw, type RawSocket } from './testing/raw-socket.ts';

let harness: Harness;
const opened: RawSocket[] = [];
beforeAll(async () => {
  harness = await startHarness();
});
beforeEach(() => {
  Object.assign(harness.graph.subscriptions, { started: 0, whoStarted: [] });
  harness.graph.lay('1');
});
afterEach(async () => {
  for (const { socket } of opened.splice(0)) socket.terminate();
  await eventually(() => harness.graph.subscriptions.open === 0 && harness.gateway.counts().sockets === 0);
});
afterAll(async () => {
  await harness.close();
});

const inStock = 'subscription { bookInWindow { title inStock } }';
const reviewed = 'subscription { bookInWindow { title reviews(first: 1) { text } } }';
const open = (): number => harness.graph.subscriptions.open;

async function subscribe(query: string, sub = 'agent-1'): Promise<RawSocket> {
  const raw = await connectRaw(harness.socketUrl, await harness.issuer.token({ sub }));
  opened.push(raw);
  raw.send({ id: 's', type: 'subscribe', payload: { query } });
  return raw;
}

const dataOf = (message: unknown): unknown =>
  (message as { payload: { data: { bookInWindow: unknown } } }).payload.data.bookInWindow;
const book = (id: number): object => ({ title: `Book ${id}`, inStock: id * 10 });

test('a newcomer is given the state as it is now, and from then on one upstream serves all', async () => {
  const first = await subscribe(inStock);
  expect(dataOf(await first.next())).toEqual(book(1));
  harness.graph.lay('2');
  expect(dataOf(await first.next())).toEqual(book(2));

  const second = await subscribe(inStock);
  expect(dataOf(await second.next())).toEqual(book(2));
  await eventually(() => open() === 1);
  harness.graph.lay('3');

  // What the first one knew already it was not told again.
  expect(dataOf(await first.next())).toEqual(book(3));
  expect(dataOf(await second.next())).toEqual(book(3));
  expect(harness.graph.subscriptions.started).toBe(2);
  expect(harness.gateway.counts().upstreams).toBe(1);
});

test('those who come at once end up on one upstream, each with the state first and every change after it', async () => {
  const sockets = await Promise.all(Array.from({ length: 30 }, () => subscribe(inStock)));
  const firsts = await Promise.all(sockets.map((socket) => socket.next()));
  expect(firsts.map(dataOf)).toEqual(sockets.map(() => book(1)));
  await eventually(() => open() === 1);

  for (const id of ['2', '3', '4']) harness.graph.lay(id);

  for (const socket of sockets) {
    const told = [await socket.next(), await socket.next(), await socket.next()];
    expect(told.map(dataOf)).toEqual([book(2), book(3), book(4)]);
  }
});

test('different selections of the same state share nothing where they ask the subgraph for different things', async () => {
  const plain = await subscribe(inStock);
  const other = await subscribe('subscription { bookInWindow { sequel { title } } }');
  await Promise.all([plain.next(), other.next()]);

  expect(open()).toBe(2);
});

test('different selections share one upstream where they ask the owner for the same', async () => {
  const one = await subscribe(inStock);
  expect(dataOf(await one.next())).toEqual(book(1));

  const two = await subscribe(reviewed);

  expect(dataOf(await two.next())).toEqual({ title: 'Book 1', reviews: [{ text: 'review 0 of 1' }] });
  await eventually(() => open() === 1);
  harness.graph.lay('5');
  expect(dataOf(await one.next())).toEqual(book(5));
  expect(dataOf(await two.next())).toEqual({ title: 'Book 5', reviews: [{ text: 'review 0 of 5' }] });
});

test('different viewers share nothing', async () => {
  const sockets = [await subscribe(inStock, 'agent-1'), await subscribe(inStock, 'agent-2')];
  await Promise.all(sockets.map((socket) => socket.next()));

  expect(harness.graph.subscriptions.whoStarted.toSorted()).toEqual(['agent-1', 'agent-2']);
  expect(open()).toBe(2);
});

test('the upstream ends with the last who was taken over, and not before', async () => {
  const first = await subscribe(inStock);
  await first.next();
  const second = await subscribe(inStock);
  await second.next();
  await eventually(() => open() === 1);

  second.socket.terminate();
  harness.graph.lay('6');
  expect(dataOf(await first.next())).toEqual(book(6));
  first.send({ id: 's', type: 'complete' });

  await eventually(() => open() === 0);
  expect(harness.gateway.counts().upstreams).toBe(0);
});

test('a newcomer who is refused leaves the others alone', async () => {
  const first = await subscribe(inStock);
  await first.next();

  const refused = await subscribe('subscription { bookInWindow(floor: 13) { title inStock } }');

  expect(await refused.next()).toMatchObject({
    type: 'error',
    payload: [{ extensions: { code: 'BAD_USER_INPUT' } }],
  });
  harness.graph.lay('7');
  expect(dataOf(await first.next())).toEqual(book(7));
});

test('an answer that waits for another subgraph is replaced by the newcomer’s, which is as new', async () => {
  const release = harness.graph.holdReviews('8');
  const first = await subscribe(reviewed);
  await first.next();
  harness.graph.lay('8');
  await eventually(() => harness.gateway.counts().pending === 1);

  const second = await subscribe(reviewed);
  await eventually(() => harness.graph.subscriptions.started === 2 && open() === 1);
  release();

  const expected = { title: 'Book 8', reviews: [{ text: 'review 0 of 8' }] };
  expect(dataOf(await second.next())).toEqual(expected);
  expect(dataOf(await first.next())).toEqual(expected);
  harness.graph.lay('9');
  expect(dataOf(await first.next())).toMatchObject({ title: 'Book 9' });
});

test('a field that is neither events nor state has an upstream for each who asks', async () => {
  const sockets = [
    await subscribe('subscription { visitors }'),
    await subscribe('subscription { visitors }'),
  ];
  await eventually(() => open() === 2);

  harness.graph.visit();

  const told = await Promise.all(sockets.map((socket) => socket.next()));
  expect(told).toMatchObject(sockets.map(() => ({ payload: { data: { visitors: 1 } } })));
  expect(open()).toBe(2);
});
