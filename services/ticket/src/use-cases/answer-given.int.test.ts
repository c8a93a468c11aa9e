import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { answerGivenSchema, answerKey, type AnswerGiven } from '@smart-tickets/contracts';
import { newId } from '@smart-tickets/kit/ids';
import { person, rowsWith, saying } from '../../test/erasing.ts';
import { TicketDesk } from '../../test/ticket-desk.ts';
import { addNote } from './add-note.ts';
import { createTicket, type CreateTicketInput } from './create-ticket.ts';
import { eraseCustomer } from './erase-customer.ts';
import { mergeTickets } from './merge-tickets.ts';
import { recordDelivery } from './record-delivery.ts';
import { replyToTicket, type ReplyInput } from './reply-to-ticket.ts';
import { updateCustomer } from './update-customer.ts';

let desk: TicketDesk;
beforeAll(async () => {
  desk = await TicketDesk.open();
});
afterAll(() => desk.close());

async function reply(ticketId: string, parts: Partial<ReplyInput> = {}) {
  const { lastMessageId } = await desk.ticket(ticketId);
  const replied = await replyToTicket(desk.deps, desk.ours.caller, {
    ticketId,
    text: 'Here you are',
    html: null,
    attachmentIds: [],
    cc: [],
    idempotencyKey: null,
    expectedLastMessageId: lastMessageId,
    status: 'PENDING',
    ...parts,
  });
  if (!replied.ok) throw new Error(replied.error.code);
  return replied.value;
}

function create(parts: Partial<CreateTicketInput>) {
  return createTicket(desk.deps, desk.ours.caller, {
    idempotencyKey: null,
    subject: 'We write first',
    text: 'Hello',
    html: null,
    customerId: null,
    customerEmail: null,
    priority: 'NORMAL',
    teamId: null,
    assigneeId: null,
    tags: [],
    fields: [],
    ...parts,
  });
}

/** The answers of a ticket that were handed to the intake, in their order. */
async function givenOn(ticketId: string): Promise<AnswerGiven[]> {
  const { rows } = await desk.system.query<{ payload: unknown }>(
    `select payload from (select payload, topic from outbox union all select payload, topic from event_log) e
      where topic = 'ticket.answer-given' and payload ->> 'ticketId' = $1 order by payload ->> 'sentAt'`,
    [ticketId],
  );
  return rows.map(({ payload }) => answerGivenSchema.parse(payload));
}

test('an answer is handed to the intake as it stands in the timeline, with whom and what it answers', async () => {
  const who = person();
  const own = `mid:${newId()}`;
  const question = newId();
  const opened = await desk.receive({ ...saying(who, own), messageId: question });
  await updateCustomer(desk.deps, desk.ours.caller, { id: opened.customerId ?? '', language: 'de-AT' });
  // What a machine said since is not what is answered.
  await desk.receive({ ...saying(who, `mid:${newId()}`, [own]), automatic: true });

  const { ticket, message } = await reply(opened.id, {
    html: '<p>Here you are</p>',
    cc: ['Copy@Example.org'],
    idempotencyKey: 'once',
  });
  await reply(opened.id, {
    html: '<p>Here you are</p>',
    cc: ['Copy@Example.org'],
    idempotencyKey: 'once',
    expectedLastMessageId: (await desk.ticket(opened.id)).lastMessageId,
  }).catch(() => undefined);

  expect((await givenOn(opened.id)).filter(({ messageId }) => messageId === message.id)).toEqual([
    {
      messageId: message.id,
      ticketId: ticket.id,
      ticketNumber: ticket.number,
      channelId: opened.channelId,
      channelKind: 'EMAIL',
      teamId: null,
      subject: who.word,
      text: 'Here you are',
      html: '<p>Here you are</p>',
      language: 'de-AT',
      to: [who.address],
      cc: ['copy@example.org'],
      attachments: [],
      customerId: opened.customerId,
      customerName: who.from.name,
      author: { type: 'AGENT', id: desk.ours.agentId, name: null },
      automatic: false,
      answersMessageId: question,
      followsMessageId: null,
      sentAt: message.sentAt,
    },
  ]);
});

test('each answer of a ticket names the one before it, and its event has the id of its message', async () => {
  const opened = await desk.receive(saying(person(), `mid:${newId()}`));
  const ids: string[] = [];

  for (let nth = 0; nth < 3; nth += 1) ids.push((await reply(opened.id)).message.id);

  const follows = new Map((await givenOn(opened.id)).map((one) => [one.messageId, one.followsMessageId]));
  expect(ids.map((id) => follows.get(id))).toEqual([null, ids[0], ids[1]]);
  const { rows } = await desk.system.query<{ id: string }>(
    `select event_id as id from (select topic, event_id from outbox union select topic, event_id from event_log) e
      where topic = 'ticket.answer-given' and event_id = any($1)`,
    [ids],
  );
  expect(rows.map(({ id }) => id).toSorted()).toEqual(ids.toSorted());
});

test('an answer of yesterday holds up nothing', async () => {
  const opened = await desk.receive(saying(person(), `mid:${newId()}`));
  await reply(opened.id);
  await desk.system.query(
    `update last_answer set given_at = now() - interval '25 hours' where ticket_id = $1`,
    [opened.id],
  );

  const { message } = await reply(opened.id);

  const given = await givenOn(opened.id);
  expect(given.find(({ messageId }) => messageId === message.id)?.followsMessageId).toBeNull();
});

test('where only machines have written, the newest of theirs is answered; on a heir, the newest of the family', async () => {
  const [robot, who] = [person(), person()];
  const heard = newId();
  const { id } = await desk.receive({
    ...saying(robot, `mid:${newId()}`),
    messageId: heard,
    automatic: true,
  });
  await reply(id);
  const newest = newId();
  const merged = await desk.receive({ ...saying(who, `mid:${newId()}`), messageId: newest });
  await mergeTickets(desk.deps, desk.ours.caller, { into: id, from: [merged.id] });
  await reply(id);

  expect((await givenOn(id)).map(({ answersMessageId }) => answersMessageId)).toEqual([heard, newest]);
});

test('the first message of a ticket that an agent makes is handed over with the ticket’s number, and its answer comes back', async () => {
  const who = person();
  const made = await create({ customerEmail: who.address, teamId: desk.ours.teamId });
  if (!made.ok) throw new Error(made.error.message);

  const [given] = await givenOn(made.value.id);
  expect(given).toMatchObject({
    messageId: made.value.lastMessageId,
    ticketNumber: made.value.number,
    channelId: null,
    teamId: desk.ours.teamId,
    customerName: null,
    answersMessageId: null,
    to: [who.address],
  });
  const back = await desk.receive(saying(who, `mid:${newId()}`, [answerKey(given?.messageId ?? '')]));
  expect([back.id, back.status]).toEqual([made.value.id, 'OPEN']);
});

test('nothing of an internal ticket, of a note, and of a ticket without a word leaves the house', async () => {
  const made = [
    await create({ text: 'Among ourselves' }),
    await create({ text: null, customerEmail: person().address }),
  ];
  const who = await desk.receive(saying(person(), `mid:${newId()}`));
  const ids = [who.id, ...made.map((one) => (one.ok ? one.value.id : ''))];
  for (const ticketId of ids) {
    await addNote(desk.deps, desk.ours.caller, {
      ticketId,
      text: 'For us',
      mentionAgentIds: [],
      idempotencyKey: null,
    });
  }

  for (const id of ids) expect(await givenOn(id)).toEqual([]);
});

test('an answer that fails hands over nothing', async () => {
  const { id } = await desk.receive(saying(person(), `mid:${newId()}`));

  await expect(reply(id, { cc: ['nobody'] })).rejects.toThrow('INVALID');

  expect(await givenOn(id)).toEqual([]);
});

test('of an erased customer nothing is left in what was handed over, on their tickets and on others', async () => {
  const [who, owner] = [person(), person()];
  const own = await desk.receive(saying(who, `mid:${newId()}`));
  await reply(own.id, { text: `Dear ${who.word}` });
  const other = await desk.receive(saying(owner, `mid:${newId()}`));
  const { message } = await reply(other.id, { cc: [who.address, 'third@example.net'] });
  const recipients = [{ address: who.address, dead: false, error: null }];
  const failed = { messageId: message.id, ticketId: other.id, status: 'FAILED', recipients } as const;
  const error = `452 <${who.address}> is full`;
  await recordDelivery(desk.deps, desk.job({ ...failed, error, at: new Date().toISOString() }));

  await eraseCustomer(desk.deps, desk.ours.caller, own.customerId ?? '');

  const left = await rowsWith(desk, who.word);
  expect(left.filter((row) => !row.startsWith('erasure') && !row.includes('erasure-requested'))).toEqual([]);
  expect((await givenOn(own.id)).map(({ to, text }) => [to, text])).toEqual([[[], '(erased)']]);
  expect((await givenOn(other.id)).map(({ to, cc }) => [to, cc])).toEqual([
    [[owner.address], ['third@example.net']],
  ]);
});
