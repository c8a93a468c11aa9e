import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { newId } from '@smart-tickets/kit/ids';
import { sampleMessage, TicketDesk } from '../../test/ticket-desk.ts';
import { confirmMessages } from './confirm-messages.ts';
import { receiveMessage } from './receive-message.ts';

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

test('scenario 6: a mail that its ticket has lost is filed when it is tried again, and its copies are repeats where it is then', async () => {
  const own = `mid:${newId()}@example.com`;
  const thread = { own, inReplyTo: [], references: [], conversation: null };
  const mail = { messageId: newId(), sameMail: `same:${newId()}`, thread };
  const first = await desk.receive(mail);
  await desk.system.query('delete from timeline_entry where id = $1', [mail.messageId]);

  const again = await desk.receive(mail);
  const copy = sampleMessage({ ...mail, messageId: newId() });
  await receiveMessage(desk.deps, desk.job(copy));

  expect(again.lastMessageId).toBe(mail.messageId);
  expect(again.id).not.toBe(first.id);
  expect((await desk.ticket(again.id)).messageCount).toBe(1);
  expect((await desk.ticket(first.id)).messageCount).toBe(1);
});
