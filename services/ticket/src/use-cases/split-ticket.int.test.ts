import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { NormalisedMessage } from '@smart-tickets/contracts';
import { newId } from '@smart-tickets/kit/ids';
import { TicketDesk } from '../../test/ticket-desk.ts';
import type { Ticket } from '../domain/ticket.ts';
import { mergeTickets } from './merge-tickets.ts';
import { replyToTicket } from './reply-to-ticket.ts';
import { splitTicket } from './split-ticket.ts';
import { updateTicket } from './update-ticket.ts';

let desk: TicketDesk;
beforeAll(async () => {
  desk = await TicketDesk.open();
});
afterAll(() => desk.close());

const conversation = () => `conversation:${newId()}`;
const saying = (own: string, inReplyTo: string[] = [], text = 'Text'): Partial<NormalisedMessage> => ({
  messageId: newId(),
  text,
  thread: { own, inReplyTo, references: [], conversation: null },
});
const split = (ticketId: string, fromMessageId: string, subject: string | null = null) =>
  splitTicket(desk.deps, desk.ours.caller, { ticketId, fromMessageId, subject });

async function answer(ticket: Ticket): Promise<void> {
  const result = await replyToTicket(desk.deps, desk.ours.caller, {
    ticketId: ticket.id,
    text: 'An answer.',
    html: null,
    attachmentIds: [],
    cc: [],
    idempotencyKey: null,
    expectedLastMessageId: (await desk.ticket(ticket.id)).lastMessageId,
    status: 'PENDING',
  });
  if (!result.ok) throw new Error(result.error.code);
}

/** Every entry of a ticket in its order: its place, and what it is. */
async function entriesOf(ticketId: string): Promise<[number, string, string][]> {
  const { rows } = await desk.system.query<{ seq: number; kind: string; id: string }>(
    'select seq, coalesce(change_kind, type) as kind, id from timeline_entry where ticket_id = $1 order by seq',
    [ticketId],
  );
  return rows.map(({ seq, kind, id }) => [seq, kind, id]);
}

/** A ticket on which a second topic was begun: question, answer, second topic, more of it. */
async function twoTopics() {
  const keys = [conversation(), conversation(), conversation()] as const;
  const ticket = await desk.receive(saying(keys[0]));
  await answer(ticket);
  const second = saying(keys[1], [keys[0]], 'another topic');
  await desk.receive(second);
  const third = saying(keys[2], [keys[1]], 'more of it');
  await desk.receive(third);
  return { ticket: await desk.ticket(ticket.id), keys, second: second.messageId!, third: third.messageId! };
}

test('14: a new topic moves to a ticket of its own with all that belongs to it, and replies to it go there', async () => {
  const { ticket, keys, second, third } = await twoTopics();
  await updateTicket(desk.deps, desk.ours.caller, {
    id: ticket.id,
    teamId: desk.ours.teamId,
    priority: 'HIGH',
    addTags: ['t'],
  });
  const before = await desk.ticket(ticket.id);

  const result = await split(ticket.id, second, 'The other topic');

  if (!result.ok) throw new Error(result.error.message);
  const made = await desk.ticket(result.value.id);
  expect(result.value).toEqual(made);
  expect(made).toMatchObject({
    subject: 'The other topic',
    status: 'OPEN',
    customerId: before.customerId,
    channel: before.channel,
    channelId: before.channelId,
    teamId: desk.ours.teamId,
    assigneeId: null,
    priority: 'HIGH',
    language: before.language,
    messageCount: 2,
    lastMessageId: third,
    firstRepliedAt: null,
    version: 2,
  });
  const old = await desk.ticket(ticket.id);
  const entries = await entriesOf(ticket.id);
  expect(old).toMatchObject({
    messageCount: 2,
    lastMessageId: entries[1]?.[2],
    awaitingReplySince: null,
    firstRepliedAt: before.firstRepliedAt,
    version: before.version + 1,
  });
  expect((await entriesOf(made.id)).map(([seq, kind]) => [seq, kind])).toEqual([
    [1, 'MESSAGE'],
    [2, 'MESSAGE'],
    [3, 'SPLIT'],
  ]);
  expect(entries.filter(([, kind]) => kind === 'MESSAGE').map(([seq]) => seq)).toEqual([1, 2]);
  expect(entries.at(-1)).toMatchObject([expect.any(Number), 'SPLIT', expect.any(String)]);
  expect((await desk.receive(saying(conversation(), [keys[2]]))).id).toBe(made.id);
  expect((await desk.receive(saying(conversation(), [keys[1]]))).id).toBe(made.id);
  expect((await desk.receive(saying(conversation(), [keys[0]]))).id).toBe(ticket.id);
});

test('tells of every moved message on the new ticket, of the loss on the old one, and links both', async () => {
  const { ticket, second, third } = await twoTopics();

  const result = await split(ticket.id, second);

  if (!result.ok) throw new Error(result.error.message);
  const made = result.value;
  const told = (await desk.eventsOf(made.id)).map((event) => [
    event.kind,
    event.ticket.version,
    event.ticket.number,
    event.ticket.messageCount,
    event.entry?.id,
    event.entry?.type === 'MESSAGE' ? event.entry.text : null,
  ]);
  expect(told).toEqual([
    ['TICKET_CREATED', 1, made.number, 1, second, 'another topic'],
    ['MESSAGE_ADDED', 2, made.number, 2, third, 'more of it'],
  ]);
  expect((await desk.eventsOf(ticket.id)).at(-1)).toMatchObject({
    kind: 'TICKET_CHANGED',
    ticket: await desk.ticket(ticket.id),
    entry: { type: 'CHANGE', kind: 'SPLIT' },
  });
  const { rows } = await desk.system.query(
    'select ticket_id, kind, other_id from ticket_link where ticket_id = any($1) order by kind',
    [[ticket.id, made.id]],
  );
  expect(rows).toEqual([
    { ticket_id: made.id, kind: 'SPLIT_FROM', other_id: ticket.id },
    { ticket_id: ticket.id, kind: 'SPLIT_INTO', other_id: made.id },
  ]);
  expect(made.subject).toBe(ticket.subject);
});

test('the new ticket is the customer’s turn when the last word on it is ours; the old one waits again for what moved', async () => {
  const { ticket, second } = await twoTopics();
  await answer(ticket);

  const result = await split(ticket.id, second);

  if (!result.ok) throw new Error(result.error.message);
  expect(result.value).toMatchObject({ status: 'PENDING', awaitingReplySince: null, messageCount: 3 });
  expect(result.value.firstRepliedAt).not.toBeNull();
  const waiting = await desk.receive(saying(conversation()));
  await answer(waiting);
  const [, [, , answerId]] = (await entriesOf(waiting.id)) as [unknown, [number, string, string]];
  await split(waiting.id, answerId);
  expect(await desk.ticket(waiting.id)).toMatchObject({
    awaitingReplySince: waiting.awaitingReplySince,
    firstRepliedAt: null,
    messageCount: 1,
  });
});

test('what was settled without an answer does not wait again on the old ticket', async () => {
  const keys = [conversation(), conversation(), conversation()] as const;
  const ticket = await desk.receive(saying(keys[0]));
  const topic = saying(keys[1], [keys[0]]);
  await desk.receive(topic);
  for (const status of ['RESOLVED', 'OPEN'] as const) {
    await updateTicket(desk.deps, desk.ours.caller, { id: ticket.id, status });
  }
  const later = saying(keys[2], [keys[0]]);

  await split(ticket.id, topic.messageId!);
  const settled = await desk.ticket(ticket.id);
  const waiting = await desk.receive(later);
  await split(ticket.id, later.messageId!);

  expect(settled.awaitingReplySince).toBeNull();
  expect(waiting.awaitingReplySince).toBe(waiting.updatedAt);
  expect((await desk.ticket(ticket.id)).awaitingReplySince).toBeNull();
});

test('who waits on the old ticket since it was settled goes on waiting', async () => {
  const keys = [conversation(), conversation(), conversation()] as const;
  const ticket = await desk.receive(saying(keys[0]));
  for (const status of ['RESOLVED', 'OPEN'] as const) {
    await updateTicket(desk.deps, desk.ours.caller, { id: ticket.id, status });
  }
  const waiting = await desk.receive(saying(keys[1], [keys[0]]));
  const topic = saying(keys[2], [keys[1]]);
  await desk.receive(topic);

  await split(ticket.id, topic.messageId!);

  expect((await desk.ticket(ticket.id)).awaitingReplySince).toBe(waiting.awaitingReplySince);
});

test('of two splits before the same message one takes place, and the other is told where the message is', async () => {
  const { ticket, second } = await twoTopics();

  const results = await Promise.all([split(ticket.id, second), split(ticket.id, second)]);

  const [won, lost] = results[0].ok ? results : results.toReversed();
  expect(lost).toMatchObject({ ok: false, error: { code: 'CONFLICT', field: 'fromMessageId' } });
  expect(lost?.ok === false && won?.ok === true && lost.error.message.includes(won.value.id)).toBe(true);
});

test('splitting a heir leaves it with its own messages and those of the merged', async () => {
  const { ticket, second } = await twoTopics();
  const merged = await desk.receive(saying(conversation()));
  await mergeTickets(desk.deps, desk.ours.caller, { into: ticket.id, from: [merged.id] });

  const result = await split(ticket.id, second);

  expect(result.ok).toBe(true);
  expect(await desk.ticket(ticket.id)).toMatchObject({
    messageCount: 3,
    lastMessageId: merged.lastMessageId,
  });
});

test('is refused with what the caller can do', async () => {
  const { ticket, second, third } = await twoTopics();
  const other = await desk.receive(saying(conversation()));
  const merged = await desk.receive(saying(conversation()));
  await desk.receive({
    ...saying(conversation()),
    thread: { own: null, inReplyTo: [], references: [], conversation: null },
  });
  await mergeTickets(desk.deps, desk.ours.caller, { into: ticket.id, from: [merged.id] });
  const closed = await twoTopics();
  await updateTicket(desk.deps, desk.ours.caller, { id: closed.ticket.id, status: 'CLOSED' });
  const theirs = await desk.receive({}, desk.theirs);
  const call = async (...args: Parameters<typeof split>) => {
    const result = await split(...args);
    return result.ok ? 'ok' : [result.error.code, result.error.field];
  };
  const first = (await entriesOf(ticket.id))[0]?.[2] ?? '';

  expect(await call('x', second)).toEqual(['NOT_FOUND', 'ticketId']);
  expect(await call(theirs.id, second)).toEqual(['NOT_FOUND', 'ticketId']);
  expect(await call(ticket.id, 'x')).toEqual(['NOT_FOUND', 'fromMessageId']);
  expect(await call(ticket.id, newId())).toEqual(['NOT_FOUND', 'fromMessageId']);
  expect(await call(ticket.id, theirs.lastMessageId ?? '')).toEqual(['NOT_FOUND', 'fromMessageId']);
  expect(await call(ticket.id, other.lastMessageId ?? '')).toEqual(['CONFLICT', 'fromMessageId']);
  expect(await call(ticket.id, merged.lastMessageId ?? '')).toEqual(['CONFLICT', 'fromMessageId']);
  expect(await call(ticket.id, first)).toEqual(['INVALID', 'fromMessageId']);
  expect(await call(ticket.id, second, ' ')).toEqual(['INVALID', 'subject']);
  expect(await call(ticket.id, second, 'x'.repeat(1_001))).toEqual(['LIMIT_EXCEEDED', 'subject']);
  expect(await call(merged.id, second)).toEqual(['NOT_ALLOWED_IN_STATUS', 'ticketId']);
  expect(await call(closed.ticket.id, closed.second)).toEqual(['NOT_ALLOWED_IN_STATUS', 'ticketId']);
  expect(await call(ticket.id.toUpperCase(), third.toUpperCase(), 'x'.repeat(1_000))).toBe('ok');
});

test('moves a thousand messages at once and not one more', async () => {
  const ticket = await desk.receive(saying(conversation()));
  await desk.system.query(
    `insert into timeline_entry (workspace_id, id, ticket_id, seq, type, at, actor_type, direction, channel, text,
                                 to_addresses, cc_addresses, automatic, sent_at, attachments)
     select workspace_id, gen_random_uuid(), ticket_id, n, 'MESSAGE', at, actor_type, direction, channel, text, to_addresses,
            cc_addresses, automatic, sent_at, attachments
       from timeline_entry, generate_series(2, 1002) as n where ticket_id = $1 and seq = 1`,
    [ticket.id],
  );
  await desk.system.query('update ticket set entry_count = 1002, message_count = 1002 where id = $1', [
    ticket.id,
  ]);
  const entries = await entriesOf(ticket.id);

  const tooMany = await split(ticket.id, entries[1]?.[2] ?? '');
  const many = await split(ticket.id, entries[2]?.[2] ?? '');

  expect(tooMany).toMatchObject({ ok: false, error: { code: 'LIMIT_EXCEEDED' } });
  if (!many.ok) throw new Error(many.error.message);
  expect(many.value).toMatchObject({ messageCount: 1_000, version: 1_000 });
  expect(await desk.eventsOf(many.value.id)).toHaveLength(1_000);
  expect((await desk.ticket(ticket.id)).messageCount).toBe(2);
});
