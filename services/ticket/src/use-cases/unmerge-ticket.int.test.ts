import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { NormalisedMessage } from '@smart-tickets/contracts';
import { newId } from '@smart-tickets/kit/ids';
import { TicketDesk } from '../../test/ticket-desk.ts';
import type { Ticket } from '../domain/ticket.ts';
import { createTicket } from './create-ticket.ts';
import { mergeTickets } from './merge-tickets.ts';
import { replyToTicket } from './reply-to-ticket.ts';
import { snoozeTicket } from './snooze-ticket.ts';
import { unmergeTicket } from './unmerge-ticket.ts';
import { updateTicket } from './update-ticket.ts';

let desk: TicketDesk;
beforeAll(async () => {
  desk = await TicketDesk.open();
});
afterAll(() => desk.close());

const now = (ticket: Ticket) => desk.ticket(ticket.id);
const merge = (into: Ticket, ...from: Ticket[]) =>
  mergeTickets(desk.deps, desk.ours.caller, { into: into.id, from: from.map(({ id }) => id) });
const unmerge = (ticket: Ticket) => unmergeTicket(desk.deps, desk.ours.caller, { id: ticket.id });
const update = (ticket: Ticket, status: Ticket['status']) =>
  updateTicket(desk.deps, desk.ours.caller, { id: ticket.id, status });
const answer = (ticket: Ticket) =>
  replyToTicket(desk.deps, desk.ours.caller, {
    ticketId: ticket.id,
    text: 'We look into it.',
    html: null,
    attachmentIds: [],
    cc: [],
    idempotencyKey: null,
    expectedLastMessageId: null,
    status: 'PENDING',
  });

/** A ticket with the key by which a reply to its first mail finds it. */
async function opened(): Promise<{ ticket: Ticket; key: string }> {
  const key = `mid:${newId()}`;
  const thread = { own: key, inReplyTo: [], references: [], conversation: null };
  return { ticket: await desk.receive({ thread }), key };
}

const replyTo = (key: string): Partial<NormalisedMessage> => ({
  thread: { own: `mid:${newId()}`, inReplyTo: [key], references: [], conversation: null },
});

/** A ticket that begins with an agent's words to a customer. */
async function openedByAgent(): Promise<Ticket> {
  const made = await createTicket(desk.deps, desk.ours.caller, {
    idempotencyKey: null,
    subject: 'Your contract',
    text: 'Dear customer',
    html: null,
    customerId: null,
    customerEmail: `${newId()}@example.org`,
    priority: 'NORMAL',
    teamId: null,
    assigneeId: null,
    tags: [],
    fields: [],
  });
  if (!made.ok) throw new Error(made.error.code);
  return made.value;
}

test('who leaves stands as before: asleep, waiting, or settled without an answer', async () => {
  const [heir, asleep, settled, later] = [
    (await opened()).ticket,
    (await opened()).ticket,
    (await opened()).ticket,
    await opened(),
  ];
  await update(asleep, 'PENDING');
  const until = new Date(Date.now() + 3_600_000).toISOString();
  await snoozeTicket(desk.deps, desk.ours.caller, { id: asleep.id, until, expectedVersion: undefined });
  for (const ticket of [settled, later.ticket]) {
    await update(ticket, 'RESOLVED');
    await update(ticket, 'OPEN');
  }
  await desk.receive(replyTo(later.key));
  const leaving = [asleep, settled, later.ticket];
  const before = await Promise.all(leaving.map(now));
  await merge(heir, ...leaving);

  for (const ticket of leaving) await unmerge(ticket);

  const after = await Promise.all(leaving.map(now));
  const standOf = ({ status, awaitingReplySince, snoozedUntil, resolvedAt, firstRepliedAt }: Ticket) => [
    status,
    awaitingReplySince,
    snoozedUntil,
    resolvedAt,
    firstRepliedAt,
  ];
  expect(after.map(standOf)).toEqual(before.map(standOf));
  expect(before.map(({ awaitingReplySince }) => awaitingReplySince === null)).toEqual([false, true, false]);
  expect(before[0]?.snoozedUntil).toBe(until);
});

test('on a heir that is left nobody waits for what was settled there, but who came in meanwhile does', async () => {
  const [quiet, busy, one, other] = [
    await opened(),
    await opened(),
    (await opened()).ticket,
    (await opened()).ticket,
  ];
  for (const { ticket } of [quiet, busy]) await update(ticket, 'RESOLVED');
  await merge(quiet.ticket, one);
  await merge(busy.ticket, other);
  const met = await desk.receive(replyTo(busy.key));

  await unmerge(one);
  await unmerge(other);

  expect((await now(quiet.ticket)).awaitingReplySince).toBeNull();
  expect((await now(busy.ticket)).awaitingReplySince).toBe(met.updatedAt);
  expect((await now(one)).awaitingReplySince).toBe(one.awaitingReplySince);
});

test('a heir that an agent opened keeps the instant of its first answer, however it was merged', async () => {
  const heir = await openedByAgent();
  const { ticket } = await opened();
  await merge(heir, ticket);
  await unmerge(ticket);
  const unanswered = await now(heir);
  await answer(heir);
  const answered = await now(heir);
  await merge(heir, ticket);

  await unmerge(ticket);

  expect([heir.firstRepliedAt, unanswered.firstRepliedAt]).toEqual([null, null]);
  expect((await now(heir)).firstRepliedAt).toBe(answered.updatedAt);
});
