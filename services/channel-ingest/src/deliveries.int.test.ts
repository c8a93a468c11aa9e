import type { AnswerGiven, DeliveryFailed } from '@smart-tickets/contracts';
import { newId } from '@smart-tickets/kit/ids';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { IntakeDesk } from '../test/intake-desk.ts';
import { maxTries, type Delivery } from './domain/delivery.ts';
import { claimDeliveries } from './use-cases/claim-deliveries.ts';
import { redriveDelivery } from './use-cases/redrive-delivery.ts';
import { reportDelivery, type ReportInput } from './use-cases/report-delivery.ts';

let desk: IntakeDesk;
beforeAll(async () => {
  desk = await IntakeDesk.open();
});
afterAll(() => desk.close());
afterEach(async () => {
  desk.now = () => new Date();
  // What a test leaves open is not in the way of the next.
  await desk.system.query(
    `update delivery set status = 'FAILED', claimable_at = null where status in ('QUEUED', 'CLAIMED')`,
  );
});

const later = (ms: number): void => {
  const at = Date.now() + ms;
  desk.now = () => new Date(at);
};

async function claim(max = 100, channelId = desk.ours.mailboxId): Promise<Delivery[]> {
  return claimDeliveries(desk.deps, desk.ours.connector(channelId), { max, leaseSeconds: 60 });
}

async function report(deliveryId: string, status: ReportInput['status'], parts: Partial<ReportInput> = {}) {
  return reportDelivery(desk.deps, desk.ours.connector(), {
    deliveryId,
    status,
    externalId: null,
    error: null,
    permanent: false,
    ...parts,
  });
}

const failures = (messageId: string): Promise<DeliveryFailed[]> =>
  desk.eventsOf('delivery.failed', messageId);

const idsOf = (deliveries: readonly Delivery[]): string[] => deliveries.map(({ id }) => id);

describe('claiming', () => {
  test('scenario 25: of 50 claims at once each answer is given to one, and all are given', async () => {
    const answers: AnswerGiven[] = [];
    for (let nth = 0; nth < 40; nth += 1) answers.push(await desk.carry());

    const claimed = await Promise.all(Array.from({ length: 50 }, () => claim(2)));
    const rest = await claim();

    const ids = idsOf([...claimed.flat(), ...rest]);
    expect(ids.toSorted()).toEqual(answers.map(({ messageId }) => messageId).toSorted());
    expect(await claim()).toEqual([]);
  });

  test('gives the oldest first', async () => {
    const [first, second, third] = [await desk.carry(), await desk.carry(), await desk.carry()];
    const ids = [first, second, third].map(({ messageId }) => messageId);

    expect(idsOf(await claim(2))).toEqual(ids.slice(0, 2));
    expect(idsOf(await claim(2))).toEqual(ids.slice(2));
  });

  test('gives the second answer of a ticket only when the first is sent or given up', async () => {
    const ticketId = newId();
    const [first, second, third] = [
      await desk.carry({ ticketId }),
      await desk.carry({ ticketId }),
      await desk.carry({ ticketId }),
    ];
    const claims: string[][] = [];

    claims.push(idsOf(await claim()), idsOf(await claim()));
    await report(first.messageId, 'FAILED', { error: '451 later' });
    claims.push(idsOf(await claim()));
    later(31_000);
    claims.push(idsOf(await claim()));
    await report(first.messageId, 'SENT');
    claims.push(idsOf(await claim()));
    await report(second.messageId, 'FAILED', { permanent: true });
    claims.push(idsOf(await claim()));

    const ids = [first, second, third].map(({ messageId }) => messageId);
    expect(claims).toEqual([[ids[0]], [], [], [ids[0]], [ids[1]], [ids[2]]]);
  });

  test('does not let an answer wait for one that goes another way', async () => {
    const ticketId = newId();
    await desk.carry({ ticketId, channelId: desk.ours.chatId, channelKind: 'CHAT' });
    const mail = await desk.carry({ ticketId });

    expect(idsOf(await claim())).toEqual([mail.messageId]);
  });

  test('scenario 25: what a connector took and died with goes back in doubt, and a late SENT settles it', async () => {
    const { messageId } = await desk.carry();
    const [dying] = await claim();
    later(59_000);
    const within = await claim();
    later(61_000);

    const [next] = await claim();
    const late = await report(messageId, 'SENT', { externalId: 'wamid.1' });
    const doubled = await report(messageId, 'SENT', { externalId: 'wamid.2' });

    expect(within).toEqual([]);
    expect([dying?.inDoubt, next?.inDoubt, next?.attempts]).toEqual([false, true, 2]);
    expect([late, doubled]).toMatchObject([
      { ok: true, value: { status: 'SENT', externalId: 'wamid.1' } },
      { ok: true, value: { status: 'SENT', externalId: 'wamid.1' } },
    ]);
    later(3_700_000);
    expect(await claim()).toEqual([]);
  });

  test('scenario 25: an answer of which no claimer ever says a word is given up, and its agent is told once', async () => {
    const { messageId } = await desk.carry();
    for (let tries = 0; tries < maxTries; tries += 1) {
      later(tries * 3_600_000);
      expect(await claim()).toHaveLength(1);
    }
    later(maxTries * 3_600_000);

    const claimed = [...(await claim()), ...(await claim())];

    expect(claimed).toEqual([]);
    expect(await desk.delivery(messageId)).toMatchObject({
      status: 'FAILED',
      attempts: maxTries,
      inDoubt: true,
    });
    expect(await failures(messageId)).toMatchObject([
      { status: 'FAILED', error: expect.stringContaining('12') },
    ]);
  });

  test.each([
    ['of another channel', () => desk.ours.connector(desk.ours.salesId)],
    ['of another workspace', () => desk.theirs.connector()],
    ['of our channel in another workspace', () => desk.theirs.connector(desk.ours.mailboxId)],
    ['whose token was replaced', () => ({ ...desk.ours.connector(), generation: 0 })],
  ])('gives nothing to a connector %s', async (_name, connector) => {
    const { messageId } = await desk.carry();

    const claimed = await claimDeliveries(desk.deps, connector(), { max: 100, leaseSeconds: 60 });

    expect(claimed).toEqual([]);
    expect((await desk.delivery(messageId)).status).toBe('QUEUED');
  });

  test('gives nothing of a channel that is switched off', async () => {
    await desk.carry();
    const switched = (enabled: boolean) =>
      desk.system.query('update channel set enabled = $2 where id = $1', [desk.ours.mailboxId, enabled]);
    await switched(false);

    const off = await claim();
    await switched(true);

    expect(off).toEqual([]);
    expect(await claim()).toHaveLength(1);
  });

  test('takes no more at once than an answer can carry', async () => {
    const text = 'x'.repeat(7 * 1024 * 1024);
    for (let nth = 0; nth < 3; nth += 1)
      await desk.carry({ text, channelId: desk.ours.chatId, channelKind: 'CHAT' });

    const counts = [await claim(100, desk.ours.chatId), await claim(100, desk.ours.chatId)].map(
      ({ length }) => length,
    );

    expect(counts).toEqual([2, 1]);
  });
});

describe('reporting', () => {
  test('scenario 26: what the mail server refuses for good has failed, and the ticket’s service is told once', async () => {
    const { messageId, ticketId } = await desk.carry();
    await claim();
    const said = { error: '550 5.1.1 no such user', permanent: true };

    const reports = await Promise.all([1, 2, 3].map(() => report(messageId, 'FAILED', said)));

    expect(reports).toMatchObject([1, 2, 3].map(() => ({ ok: true, value: { status: 'FAILED' } })));
    expect(await failures(messageId)).toMatchObject([
      {
        messageId,
        ticketId,
        status: 'FAILED',
        error: said.error,
        recipients: [{ address: 'ada@example.org', dead: true, error: said.error }],
      },
    ]);
  });

  test('scenario 26: what comes back after it was sent has bounced, and the ticket’s service is told once', async () => {
    const { messageId } = await desk.carry();
    await claim();
    await report(messageId, 'SENT');

    for (let nth = 0; nth < 2; nth += 1) await report(messageId, 'BOUNCED', { error: '554 5.7.1 spam' });

    expect(await desk.delivery(messageId)).toMatchObject({ status: 'BOUNCED', error: '554 5.7.1 spam' });
    expect(await failures(messageId)).toMatchObject([
      { status: 'BOUNCED', recipients: [{ address: 'ada@example.org', dead: false }] },
    ]);
  });

  test('a temporary failure waits, is tried again, and is told to nobody', async () => {
    const { messageId } = await desk.carry();
    await claim();
    await report(messageId, 'FAILED', { error: '451 later' });
    const soon = await claim();
    later(31_000);

    const again = await claim();

    expect(soon).toEqual([]);
    expect(again).toMatchObject([{ id: messageId, attempts: 2, inDoubt: false }]);
    expect(await failures(messageId)).toEqual([]);
  });

  test('a failure after the answer was sent is refused', async () => {
    const { messageId } = await desk.carry();
    await claim();
    await report(messageId, 'SENT');

    expect(await report(messageId, 'FAILED', { permanent: true })).toMatchObject({
      ok: false,
      error: { code: 'NOT_ALLOWED_IN_STATUS' },
    });
  });

  test('keeps 2,000 characters of what was said, and nothing that Postgres cannot hold', async () => {
    const { messageId } = await desk.carry();
    await claim();

    await report(messageId, 'FAILED', { error: `\0\ud800${'x'.repeat(3_000)}`, permanent: true });

    const { error } = await desk.delivery(messageId);
    expect([error?.length, error?.slice(0, 2)]).toEqual([2_000, '\ufffdx']);
  });

  test('refuses an external id of 513 characters, and takes one of 512', async () => {
    const { messageId } = await desk.carry();
    await claim();

    expect(await report(messageId, 'SENT', { externalId: 'x'.repeat(513) })).toMatchObject({
      error: { code: 'LIMIT_EXCEEDED' },
    });
    expect(await report(messageId, 'SENT', { externalId: 'x'.repeat(512) })).toMatchObject({ ok: true });
  });

  test.each([
    ['of another channel', () => desk.ours.connector(desk.ours.chatId)],
    ['of another workspace', () => desk.theirs.connector()],
  ])('finds nothing for a connector %s', async (_name, connector) => {
    const { messageId } = await desk.carry();
    await claim();
    const input = {
      deliveryId: messageId,
      status: 'SENT',
      externalId: null,
      error: null,
      permanent: false,
    } as const;

    const reported = await reportDelivery(desk.deps, connector(), input);
    const absent = await reportDelivery(desk.deps, connector(), { ...input, deliveryId: newId() });

    expect(reported).toEqual({ ok: false, error: { code: 'NOT_FOUND' } });
    expect(absent).toEqual(reported);
    expect((await desk.delivery(messageId)).status).toBe('CLAIMED');
  });
});

describe('trying again', () => {
  test('queues what has failed, once of many at the same time', async () => {
    const { messageId } = await desk.carry();
    await claim();
    await report(messageId, 'FAILED', { permanent: true });

    const redriven = await Promise.all(
      [1, 2, 3].map(() => redriveDelivery(desk.deps, { workspaceId: desk.ours.workspaceId }, messageId)),
    );

    expect(redriven.filter(({ ok }) => ok)).toHaveLength(1);
    expect(await claim()).toMatchObject([{ id: messageId, attempts: 2 }]);
  });

  test.each([
    [
      'of another workspace',
      async () => ({ id: (await desk.carry({}, desk.theirs)).messageId, code: 'NOT_FOUND' }),
    ],
    ['that is not there', () => Promise.resolve({ id: newId(), code: 'NOT_FOUND' })],
    ['that can be no id', () => Promise.resolve({ id: 'x', code: 'NOT_FOUND' })],
    ['that waits', async () => ({ id: (await desk.carry()).messageId, code: 'NOT_ALLOWED_IN_STATUS' })],
  ])('refuses one %s', async (_name, given) => {
    const { id, code } = await given();

    const redriven = await redriveDelivery(desk.deps, { workspaceId: desk.ours.workspaceId }, id);

    expect(redriven).toMatchObject({ ok: false, error: { code } });
  });
});
