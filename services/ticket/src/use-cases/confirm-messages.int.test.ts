import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { newId } from '@smart-tickets/kit/ids';
import { TicketDesk } from '../../test/ticket-desk.ts';
import { confirmMessages } from './confirm-messages.ts';

let desk: TicketDesk;
beforeAll(async () => {
  desk = await TicketDesk.open();
});
afterAll(() => desk.close());

async function missed(): Promise<unknown[]> {
  const { rows } = await desk.system.query<{ payload: unknown }>(
    `select payload from (select event_id, topic, payload from outbox
                          union select event_id, topic, payload from event_log) as e
      where topic = 'ticket.messages-missed'`,
  );
  return rows.map(({ payload }) => payload);
}

test('scenario 6: messages that are on tickets are confirmed by silence; those that are not are told, once', async () => {
  const { lastMessageId } = await desk.receive();
  const foreign = await desk.receive({}, desk.theirs);
  await confirmMessages(desk.deps, desk.job({ messageIds: [lastMessageId ?? ''] }));
  expect(await missed()).toEqual([]);
  const lost = newId();
  const job = desk.job({ messageIds: [lastMessageId ?? '', lost, foreign.lastMessageId ?? ''] });

  await confirmMessages(desk.deps, job);
  await confirmMessages(desk.deps, job);

  expect(await missed()).toEqual([{ messageIds: [lost, foreign.lastMessageId] }]);
});
