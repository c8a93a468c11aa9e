import { jobs, type AnswerGiven, type DeliveryFailed } from '@smart-tickets/contracts';
import { newId } from '@smart-tickets/kit/ids';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Inboxes, IntakeDesk, sampleAnswer } from '../../test/intake-desk.ts';
import { buryAnswer, carryAnswer } from './carry-answer.ts';
import { claimDeliveries } from './claim-deliveries.ts';
import { reportDelivery } from './report-delivery.ts';

let desk: IntakeDesk;
beforeAll(async () => {
  desk = await IntakeDesk.open();
});
afterAll(() => desk.close());

const failures = (messageId: string) => desk.eventsOf<DeliveryFailed>('delivery.failed', messageId);

describe('taking an answer over', () => {
  test('queues it once, however often its job comes', async () => {
    const answer = sampleAnswer({
      channelId: desk.ours.mailboxId,
      cc: ['bob@example.org', 'ada@example.org'],
    });
    const job = desk.job(answer);

    await Promise.all([carryAnswer(desk.deps, job), carryAnswer(desk.deps, job)]);
    await carryAnswer(desk.deps, { ...job, id: newId() });

    const claim = { max: 100, leaseSeconds: 60 };
    expect(await claimDeliveries(desk.deps, desk.ours.connector(), claim)).toMatchObject([
      {
        id: answer.messageId,
        ticketId: answer.ticketId,
        channelId: desk.ours.mailboxId,
        status: 'CLAIMED',
        attempts: 1,
        inDoubt: false,
        recipients: [{ address: 'ada@example.org' }, { address: 'bob@example.org' }],
      },
    ]);
  });

  test.each([
    ['the ticket’s channel', () => ({ channelId: desk.ours.salesId }), () => desk.ours.salesId],
    [
      'the team’s mailbox where the ticket came by none',
      () => ({ channelId: null, teamId: desk.ours.teamId }),
      () => desk.ours.salesId,
    ],
    ['a chat for a chat', () => ({ channelId: null, channelKind: 'CHAT' as const }), () => desk.ours.chatId],
    [
      'a mailbox where the kind has no channel',
      () => ({ channelId: null, channelKind: 'PHONE' as const, teamId: desk.ours.teamId }),
      () => desk.ours.salesId,
    ],
    [
      'a channel of the workspace itself, whatever is asked for',
      () => ({ channelId: desk.theirs.mailboxId, channelKind: 'CHAT' as const }),
      () => desk.ours.chatId,
    ],
  ] as [string, () => Partial<AnswerGiven>, () => string][])('goes by %s', async (_name, parts, expected) => {
    const { messageId } = await desk.carry(parts());

    expect((await desk.delivery(messageId)).channelId).toBe(expected());
  });

  test('goes by the channel that the answered message came by', async () => {
    const answered = newId();
    await desk.system.query(
      `insert into inbound_message (workspace_id, id, channel_id, external_id, format, status, received_at, size_bytes)
       values ($1, $2, $3, 'x', 'JSON', 'ON_TICKET', now(), 2)`,
      [desk.ours.workspaceId, answered, desk.ours.salesId],
    );

    const { messageId } = await desk.carry({ answersMessageId: answered });

    expect((await desk.delivery(messageId)).channelId).toBe(desk.ours.salesId);
  });

  test('without any channel tells that it failed, and why', async () => {
    const nobody = new Inboxes();
    const answer = sampleAnswer({ cc: ['bob@example.org'] });

    await carryAnswer(desk.deps, desk.job(answer, nobody));

    expect(await failures(answer.messageId)).toMatchObject([
      {
        ticketId: answer.ticketId,
        status: 'FAILED',
        error: expect.stringContaining('There is no channel'),
        recipients: [
          { address: 'ada@example.org', dead: false },
          { address: 'bob@example.org', dead: false },
        ],
      },
    ]);
    await expect(desk.delivery(answer.messageId, nobody)).rejects.toThrow('no delivery');
  });

  test('that fails for good tells so, unless it had been done', async () => {
    const [broken, done] = [
      desk.job(sampleAnswer()),
      desk.job(sampleAnswer({ channelId: desk.ours.mailboxId })),
    ];
    await carryAnswer(desk.deps, done);

    for (const job of [broken, done]) await buryAnswer(desk.deps, job);

    expect(await failures(broken.payload.messageId)).toMatchObject([{ status: 'FAILED' }]);
    expect(await failures(done.payload.messageId)).toEqual([]);
    const [failure] = await failures(broken.payload.messageId);
    expect(jobs.recordDelivery.payload.parse(failure)).toEqual(failure);
  });

  test('names the earlier answers of the ticket, by the provider’s id as well', async () => {
    const ticketId = newId();
    const first = await desk.carry({ ticketId });
    await reportDelivery(desk.deps, desk.ours.connector(), {
      deliveryId: first.messageId,
      status: 'SENT',
      externalId: '<0100.ses@email.example>',
      error: null,
      permanent: false,
    });

    const { messageId } = await desk.carry({ ticketId });

    const { rows } = await desk.system.query<{ references: string; own: string }>(
      `select content #>> '{headers,References}' as references, d.mail_id as own
         from delivery_content c join delivery d using (workspace_id, id) where id = $1`,
      [messageId],
    );
    const { rows: earlier } = await desk.system.query<{ own: string }>(
      'select mail_id as own from delivery where id = $1',
      [first.messageId],
    );
    expect(rows[0]?.references).toContain(earlier[0]?.own);
    expect(rows[0]?.references).toContain('<0100.ses@email.example>');
    expect(rows[0]?.references).not.toContain(rows[0]?.own);
  });
});
