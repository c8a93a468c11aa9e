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

async function missed(topic = 'ticket.messages-missed'): Promise<unknown[]> {
  const { rows } = await desk.system.query<{ payload: unknown }>(
    `select payload from (select event_id, topic, payload from outbox
                          union select event_id, topic, payload from event_log) as e
      where topic = $1`,
    [topic],
  );
  return rows.map(({ payload }) => payload);
}

test('scenario 6: messages that are on tickets are confirmed by silence; those that are not are told, once', async () => {
  const { lastMessageId } = await desk.receive();
  const foreign = await desk.receive({}, desk.theirs);
  await confirmMessages(desk.deps, desk.job({ messageIds: [lastMessageId ?? ''], tellKept: false }));
  expect(await missed()).toEqual([]);
  const lost = newId();
  const job = desk.job({
    messageIds: [lastMessageId ?? '', lost, foreign.lastMessageId ?? ''],
    tellKept: false,
  });

  await confirmMessages(desk.deps, job);
  await confirmMessages(desk.deps, job);

  expect(await missed()).toEqual([{ messageIds: [lost, foreign.lastMessageId] }]);
});

test('those that are there are told where they are asked for, once', async () => {
  const { lastMessageId } = await desk.receive();
  const foreign = await desk.receive({}, desk.theirs);
  const messageIds = [lastMessageId ?? '', newId(), foreign.lastMessageId ?? ''];
  const job = desk.job({ messageIds, tellKept: true });

  await confirmMessages(desk.deps, job);
  await confirmMessages(desk.deps, job);

  expect(await missed('ticket.messages-kept')).toEqual([{ messageIds: [lastMessageId] }]);
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

test('scenario 6: a copy of a mail that its ticket has lost stands in for it there; the next copy, and that mail, are repeats', async () => {
  const own = `mid:${newId()}@example.com`;
  const thread = { own, inReplyTo: [], references: [], conversation: null };
  const mail = { sameMail: `same:${newId()}`, thread };
  const lost = { ...mail, messageId: newId() };
  const { id } = await desk.receive(lost);
  await desk.system.query('delete from timeline_entry where id = $1', [lost.messageId]);
  const copy = sampleMessage({ ...mail, messageId: newId() });

  await receiveMessage(desk.deps, desk.job(copy));
  expect(await desk.ticket(id)).toMatchObject({ messageCount: 2, lastMessageId: copy.messageId });

  for (const repeat of [{ ...mail, messageId: newId() }, lost])
    await receiveMessage(desk.deps, desk.job(sampleMessage(repeat)));
  expect(await desk.ticket(id)).toMatchObject({ messageCount: 2, lastMessageId: copy.messageId });
});
