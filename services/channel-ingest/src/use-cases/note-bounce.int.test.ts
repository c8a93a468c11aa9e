import type { DeliveryFailed } from '@smart-tickets/contracts';
import { newId } from '@smart-tickets/kit/ids';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { IntakeDesk } from '../../test/intake-desk.ts';
import type { BouncedRecipient } from '../domain/bounced-recipient.ts';
import { claimDeliveries } from './claim-deliveries.ts';
import { inTransaction } from './erase-events.ts';
import { noteBounce } from './note-bounce.ts';
import { reportDelivery } from './report-delivery.ts';

let desk: IntakeDesk;
beforeAll(async () => {
  desk = await IntakeDesk.open();
});
afterAll(() => desk.close());

const cause = { requestId: 'r', eventId: newId(), depth: 1 };
const of = (recipient: string, parts: Partial<BouncedRecipient> = {}): BouncedRecipient => ({
  recipient,
  status: '5.1.1',
  action: 'FAILED',
  permanent: true,
  diagnostic: '550 no such user',
  ...parts,
});

const note = (messageId: string, recipients: readonly BouncedRecipient[], workspace = desk.ours) =>
  inTransaction(desk.deps, workspace.workspaceId, (tx) =>
    noteBounce(desk.deps, tx, { messageId, recipients, cause }),
  );

async function send(cc: string[] = []) {
  const answer = await desk.carry({ cc });
  const connector = desk.ours.connector();
  await claimDeliveries(desk.deps, connector, { max: 100, leaseSeconds: 60 });
  const said = {
    deliveryId: answer.messageId,
    status: 'SENT',
    externalId: null,
    error: null,
    permanent: false,
  } as const;
  await reportDelivery(desk.deps, connector, said);
  return answer;
}

const failures = (messageId: string) => desk.eventsOf<DeliveryFailed>('delivery.failed', messageId);

describe('a mail server’s report on an answer', () => {
  test('scenario 26: is noted on its delivery, gives the ticket, and is told once to the ticket’s service', async () => {
    const { messageId, ticketId } = await send();

    const noted = [
      await note(messageId, [of('ada@example.org')]),
      await note(messageId, [of('ada@example.org')]),
    ];

    expect(noted).toEqual([{ ticketId }, { ticketId }]);
    expect(await desk.delivery(messageId)).toMatchObject({
      status: 'BOUNCED',
      recipients: [{ address: 'ada@example.org', status: 'BOUNCED', error: '550 no such user' }],
    });
    expect(await failures(messageId)).toMatchObject([
      { messageId, ticketId, status: 'BOUNCED', recipients: [{ address: 'ada@example.org', dead: true }] },
    ]);
  });

  test('of two recipients one after the other is told of each', async () => {
    const { messageId } = await send(['bob@example.org']);

    await note(messageId, [of('bob@example.org')]);
    const between = await desk.delivery(messageId);
    await note(messageId, [of('ada@example.org', { status: '5.2.2' })]);

    expect([between.status, (await desk.delivery(messageId)).status]).toEqual(['SENT', 'BOUNCED']);
    expect((await failures(messageId)).map(({ recipients }) => recipients)).toMatchObject([
      [{ address: 'bob@example.org', dead: true }],
      [{ address: 'ada@example.org', dead: false }],
    ]);
  });

  test('that the server still tries is told to nobody', async () => {
    const { messageId, ticketId } = await send();

    const noted = await note(messageId, [of('ada@example.org', { action: 'DELAYED', permanent: false })]);

    expect(noted).toEqual({ ticketId });
    expect((await desk.delivery(messageId)).status).toBe('SENT');
    expect(await failures(messageId)).toEqual([]);
  });

  test('that is not there, or another workspace’s, is none', async () => {
    const { messageId } = await send();

    expect(await note(newId(), [of('ada@example.org')])).toBeNull();
    expect(await note(messageId, [of('ada@example.org')], desk.theirs)).toBeNull();
    expect((await desk.delivery(messageId)).status).toBe('SENT');
  });
});
