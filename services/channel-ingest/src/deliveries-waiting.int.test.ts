import type { Hints } from '@smart-tickets/kit/hints';
import { createLogger } from '@smart-tickets/kit/logger';
import { eventually } from '@smart-tickets/testing/eventually';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Inboxes, IntakeDesk, type Asking } from '../test/intake-desk.ts';
import { Subscriber } from '../test/subscriber.ts';
import { claimDeliveries } from './use-cases/claim-deliveries.ts';
import { DeliveryFeed, TokenEndedError, type WaitingDeliveries } from './use-cases/delivery-feed.ts';
import { reportDelivery } from './use-cases/report-delivery.ts';

let desk: IntakeDesk;
let place: Inboxes;
beforeAll(async () => {
  desk = await IntakeDesk.open();
});
afterAll(() => desk.close());
beforeEach(async () => {
  desk.now = () => new Date();
  place = new Inboxes();
  await place.plant(desk.system);
});

const subscription = `subscription { deliveriesWaiting { count channel { id name } } }`;
interface Told {
  readonly deliveriesWaiting: { readonly count: number; readonly channel: { id: string; name: string } };
}
const asConnector = (parts: Asking = {}): Asking => ({
  role: 'CONNECTOR',
  subject: place.mailboxId,
  workspaceId: place.workspaceId,
  ...parts,
});
const isCount =
  (count: number) =>
  ({ deliveriesWaiting }: Told): boolean =>
    deliveriesWaiting.count === count;

const claim = () => claimDeliveries(desk.deps, place.connector(), { max: 100, leaseSeconds: 60 });
const sent = (deliveryId: string) =>
  reportDelivery(desk.deps, place.connector(), {
    deliveryId,
    status: 'SENT',
    externalId: null,
    error: null,
    permanent: false,
  });

async function withSubscriber(asking: Asking, work: (subscriber: Subscriber<Told>) => Promise<void>) {
  const subscriber = new Subscriber<Told>(desk, subscription, asking);
  try {
    await work(subscriber);
  } finally {
    await subscriber.close();
  }
}

describe('a connector that watches its channel', () => {
  test('is told how many answers wait, at once and as they come and go', async () => {
    await desk.carry({}, place);

    await withSubscriber(asConnector(), async (subscriber) => {
      const first = await subscriber.until(isCount(1));
      await desk.carry({}, place);
      await subscriber.until(isCount(2));
      await claim();
      await subscriber.until(isCount(0));

      expect(first.deliveriesWaiting.channel).toEqual({ id: place.mailboxId, name: 'Mail' });
    });
  });

  test('is told again of a ticket’s second answer when the first is sent', async () => {
    const ticketId = place.teamId;
    const [first] = [await desk.carry({ ticketId }, place), await desk.carry({ ticketId }, place)];

    await withSubscriber(asConnector(), async (subscriber) => {
      await subscriber.until(isCount(1));
      await claim();
      await subscriber.until(isCount(0));
      await sent(first.messageId);
      await subscriber.until(isCount(1));

      expect(subscriber.received.map(({ deliveriesWaiting }) => deliveriesWaiting.count)).toEqual([1, 0, 1]);
    });
  });

  test('hears nothing of other channels and workspaces', async () => {
    await desk.carry({ channelId: place.salesId }, place);
    await desk.carry({}, desk.theirs);

    await withSubscriber(asConnector(), async (subscriber) => {
      await subscriber.until(isCount(0));
      await desk.carry({ channelId: place.salesId }, place);
      await desk.carry({}, place);
      await subscriber.until(isCount(1));

      expect(subscriber.received.map(({ deliveriesWaiting }) => deliveriesWaiting.count)).toEqual([0, 1]);
    });
  });

  test.each([
    ['its token is replaced', 'token_generation = 2'],
    ['its channel is switched off', 'enabled = false'],
  ])('is shut out when %s', async (_name, change) => {
    await withSubscriber(asConnector(), async (subscriber) => {
      await subscriber.until(isCount(0));
      await desk.system.query(`update channel set ${change} where id = $1`, [place.mailboxId]);
      desk.deps.deliveriesChanged(place.workspaceId, place.mailboxId);

      expect(await subscriber.end()).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
    });
  });

  test.each([
    ['an agent', () => ({ role: 'AGENT' as const, workspaceId: place.workspaceId })],
    ['a viewer', () => ({ role: 'VIEWER' as const, workspaceId: place.workspaceId })],
    ['an old token', () => asConnector({ generation: 0 })],
    ['our channel in another workspace', () => asConnector({ workspaceId: desk.theirs.workspaceId })],
  ])('is not %s', async (_name, asking) => {
    await withSubscriber(asking(), async (subscriber) => {
      expect(await subscriber.end()).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
    });
  });
});

describe('the feed of waiting answers', () => {
  /** Hints that never arrive anywhere. */
  const deaf: Hints = {
    publish: () => Promise.resolve(),
    subscribe: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
  const log = createLogger('test', 'silent');

  async function withFeed(
    work: (feed: DeliveryFeed, watch: () => AsyncIterableIterator<WaitingDeliveries>) => Promise<void>,
    now: () => Date = () => new Date(),
  ): Promise<void> {
    const feed = new DeliveryFeed(desk.deps.pool, deaf, log, now);
    try {
      await work(feed, () => feed.watch(place.workspaceId, place.mailboxId, 1));
    } finally {
      await feed.close();
    }
  }

  test('tells by itself when a pause is over', async () => {
    const { messageId } = await desk.carry({}, place);
    await claim();
    await desk.system.query(`update delivery set claimable_at = now() + interval '700 ms' where id = $1`, [
      messageId,
    ]);

    await withFeed(async (_feed, watch) => {
      const watcher = watch();

      const counts = [await watcher.next(), await watcher.next()].map(({ value }) => value?.count);

      expect(counts).toEqual([0, 1]);
    });
  });

  test('tells without any hint, also where one answer has come for another that was taken', async () => {
    await desk.carry({}, place);

    await withFeed(async (_feed, watch) => {
      const watcher = watch();
      const before = await watcher.next();
      await claim();
      await desk.carry({}, place);
      const after = await watcher.next();

      expect([before.value?.count, after.value?.count]).toEqual([1, 1]);
    });
  });

  test('frees what it holds when the last watcher leaves, and ends the others when it closes', async () => {
    await withFeed(async (feed, watch) => {
      const [one, two] = [watch(), watch()];
      await Promise.all([one.next(), two.next()]);
      const waiting = [one.next(), two.next()];

      await one.return?.();
      const held = feed.size;
      await two.return?.();
      const free = feed.size;
      const last = watch();
      await last.next();
      const closing = last.next();
      await feed.close();

      expect([held, free, feed.size]).toEqual([1, 0, 0]);
      expect(await Promise.all([...waiting, closing])).toEqual(
        Array.from({ length: 3 }, () => ({ done: true, value: undefined })),
      );
      expect(await watch().next()).toEqual({ done: true, value: undefined });
    });
  });

  test('frees what it holds when a token has ended', async () => {
    await withFeed(async (feed) => {
      const old = feed.watch(place.workspaceId, place.mailboxId, 7);

      await expect(old.next()).rejects.toThrow(TokenEndedError);

      expect(await eventually(() => Promise.resolve(feed.size === 0))).toBe(true);
    });
  });
});
