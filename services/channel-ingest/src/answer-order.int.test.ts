import { newId } from '@smart-tickets/kit/ids';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import type { AnswerGiven } from '@smart-tickets/contracts';
import { IntakeDesk, sampleAnswer } from '../test/intake-desk.ts';
import { buryAnswer, carryAnswer, followLimitMs } from './use-cases/carry-answer.ts';
import { claimDeliveries } from './use-cases/claim-deliveries.ts';
import { reportDelivery } from './use-cases/report-delivery.ts';

let desk: IntakeDesk;
beforeAll(async () => {
  desk = await IntakeDesk.open();
});
afterAll(() => desk.close());
afterEach(async () => {
  desk.now = () => new Date();
  await desk.system.query('delete from delivery_content');
  await desk.system.query('delete from delivery');
});

/** Two answers of one ticket, the second of which follows the first, with their jobs. */
function two(first: Partial<AnswerGiven> = {}) {
  const ticketId = newId();
  const one = sampleAnswer({ ticketId, channelId: desk.ours.mailboxId, ...first });
  const other = sampleAnswer({
    ticketId,
    channelId: desk.ours.mailboxId,
    followsMessageId: one.messageId,
  });
  const [oneJob, otherJob] = [desk.job(one), desk.job(other)];
  return { one: { ...oneJob, id: one.messageId }, other: { ...otherJob, id: other.messageId } };
}

async function claimed(): Promise<string[]> {
  const claim = { max: 100, leaseSeconds: 60 };
  return (await claimDeliveries(desk.deps, desk.ours.connector(), claim)).map(({ id }) => id);
}

const sent = (deliveryId: string) =>
  reportDelivery(desk.deps, desk.ours.connector(), {
    deliveryId,
    status: 'SENT',
    externalId: null,
    error: null,
    permanent: false,
  });

test('an answer that comes before the one it follows waits until that one is sent', async () => {
  const { one, other } = two();
  await carryAnswer(desk.deps, other);
  const early = await claimed();

  await carryAnswer(desk.deps, one);
  const first = await claimed();
  await sent(one.id);

  expect([early, first, await claimed()]).toEqual([[], [one.id], [other.id]]);
});

test('an answer that comes in its turn waits for nothing but the sending of the one before it', async () => {
  const { one, other } = two();
  await carryAnswer(desk.deps, one);
  await carryAnswer(desk.deps, other);

  const first = await claimed();
  await sent(one.id);

  expect([first, await claimed()]).toEqual([[one.id], [other.id]]);
});

test('however the two come at the same time, the second is neither first nor left waiting', async () => {
  const pairs = Array.from({ length: 20 }, () => two());

  await Promise.all(
    pairs.flatMap(({ one, other }) => [carryAnswer(desk.deps, other), carryAnswer(desk.deps, one)]),
  );

  expect((await claimed()).toSorted()).toEqual(pairs.map(({ one }) => one.id).toSorted());
  for (const { one } of pairs) await sent(one.id);
  expect((await claimed()).toSorted()).toEqual(pairs.map(({ other }) => other.id).toSorted());
});

test.each(['before', 'after'] as const)(
  'an answer goes out at once when the one it follows is given up %s it comes',
  async (when) => {
    const { one, other } = two();
    if (when === 'before') await buryAnswer(desk.deps, one);
    await carryAnswer(desk.deps, other);
    if (when === 'after') await buryAnswer(desk.deps, one);

    expect(await claimed()).toEqual([other.id]);
  },
);

test.each([
  ['a moment before the limit', -1_000, false],
  ['at the limit', 1_000, true],
])('an answer whose predecessor never comes: %s', async (_name, ms, goesOut) => {
  const { other } = two();
  const start = Date.now();
  desk.now = () => new Date(start);
  await carryAnswer(desk.deps, other);

  desk.now = () => new Date(start + followLimitMs + ms);

  expect(await claimed()).toEqual(goesOut ? [other.id] : []);
});
