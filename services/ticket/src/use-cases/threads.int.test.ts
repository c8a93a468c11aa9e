import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { answerKey } from '@smart-tickets/contracts';
import { newId } from '@smart-tickets/kit/ids';
import { answerAt, from, linksAt, reasonAt, talkAt, thread, type Parts, type Talk } from '../../test/talk.ts';
import { TicketDesk } from '../../test/ticket-desk.ts';
import type { Ticket } from '../domain/ticket.ts';
import { mergeTickets } from './merge-tickets.ts';
import { unmergeTicket } from './unmerge-ticket.ts';
import { updateTicket } from './update-ticket.ts';

let desk: TicketDesk;
beforeAll(async () => {
  desk = await TicketDesk.open();
});
afterAll(() => desk.close());

const talk = (parts: Parts = {}, cc: string[] = []) => talkAt(desk, parts, cc);
const answer = (ticketId: string) => answerAt(desk, ticketId);
const reasonOf = (ticket: Ticket) => reasonAt(desk, ticket);
const linksOf = (id: string) => linksAt(desk, id);

test('scenario 11: whatever the order of foreign ids around one that is known, all land on the same ticket', async () => {
  const known = await talk();
  const foreign = (): string => `mid:${newId()}@elsewhere`;

  for (const parts of [
    { inReplyTo: [foreign()], references: [known.answer, foreign()] },
    { inReplyTo: [foreign()], references: [foreign(), known.answer] },
    { inReplyTo: [known.answer], references: [] },
    { inReplyTo: [], references: [known.key] },
    { inReplyTo: [], references: [known.key, known.answer, foreign()] },
    { inReplyTo: [foreign(), known.key], references: [foreign()] },
  ]) {
    expect((await desk.receive({ ...from(known.customer), ...thread(parts) })).id).toBe(known.ticket.id);
  }
});

test('the mark of a mail program alone leads the customer back, and a stranger beside the ticket', async () => {
  const mark = `mark:outlook:${newId()}`;
  const known = await talk(thread({ references: [mark] }));

  const landed = await desk.receive({ ...from(known.customer), ...thread({ references: [mark] }) });
  const strange = await desk.receive({
    ...from(`${newId()}@example.org`),
    ...thread({ references: [mark] }),
  });

  expect([landed.id, await reasonOf(landed)]).toEqual([known.ticket.id, 'ANSWERED_EARLIER']);
  expect(await reasonOf(strange)).toBe('STRANGER');
});

test('a foreign ticket that a message points to first does not keep it from its own', async () => {
  const [own, foreign] = [await talk(), await talk()];

  const landed = await desk.receive({
    ...from(own.customer),
    ...thread({ inReplyTo: [foreign.answer], references: [own.key] }),
    tokens: [foreign.answer],
  });

  expect([landed.id, await reasonOf(landed)]).toEqual([own.ticket.id, 'REFERENCES']);
  expect(await linksOf(own.ticket.id)).toEqual([]);
});

test('scenario 14: a reply with a new subject goes on with its ticket, which keeps its own', async () => {
  const known = await talk({ subject: 'Broken lamp' });

  const landed = await desk.receive({
    ...from(known.customer),
    ...thread({ inReplyTo: [known.answer] }),
    subject: 'Where is my invoice',
  });

  expect([landed.id, landed.subject]).toEqual([known.ticket.id, 'Broken lamp']);
});

test('scenario 18: of a chain of merged tickets, an answer to any goes to the last; taken out again, to its own', async () => {
  const [a, b, c] = [await talk(), await talk(), await talk()];
  await mergeTickets(desk.deps, desk.ours.caller, { into: b.ticket.id, from: [a.ticket.id] });
  await mergeTickets(desk.deps, desk.ours.caller, { into: c.ticket.id, from: [b.ticket.id] });
  const reply = (parts: Parts) => desk.receive({ ...from(a.customer), ...thread(), ...parts });

  expect((await reply(thread({ inReplyTo: [a.answer] }))).id).toBe(c.ticket.id);
  expect((await reply({ tokens: [a.answer] })).id).toBe(c.ticket.id);
  expect((await reply({ subjectNumber: a.ticket.number })).id).toBe(c.ticket.id);
  await unmergeTicket(desk.deps, desk.ours.caller, { id: a.ticket.id });
  expect((await reply(thread({ inReplyTo: [a.answer] }))).id).toBe(a.ticket.id);
  expect((await reply({ subjectNumber: a.ticket.number })).id).toBe(a.ticket.id);
});

describe('scenario 52: the customer’s answer shows on its ticket', () => {
  test.each<[string, (known: Talk) => Parts, string]>([
    [
      'In-Reply-To and References',
      (known) => thread({ inReplyTo: [known.answer], references: [known.key, known.answer] }),
      'IN_REPLY_TO',
    ],
    ['References alone', (known) => thread({ references: [known.answer] }), 'REFERENCES'],
    ['the plus address alone', (known) => ({ ...thread(), tokens: [known.answer] }), 'TOKEN'],
    [
      'the subject’s number alone',
      ({ ticket }) => ({ ...thread(), subjectNumber: ticket.number }),
      'SUBJECT',
    ],
    [
      'ids of the client’s own',
      (known) => ({ ...thread({ inReplyTo: [`mid:${newId()}`] }), tokens: [known.answer] }),
      'TOKEN',
    ],
    ['their own mail’s id', (known) => thread({ inReplyTo: [known.key] }), 'IN_REPLY_TO'],
  ])('from a client that keeps %s', async (_what, parts, reason) => {
    const known = await talk();

    const landed = await desk.receive({ ...from(known.customer), ...parts(known) });

    expect([landed.id, landed.status, await reasonOf(landed)]).toEqual([known.ticket.id, 'OPEN', reason]);
  });

  test('ten times to and fro, each answer going to the last', async () => {
    const known = await talk();
    let last = known.answer;
    for (let round = 0; round < 10; round += 1) {
      await desk.receive({ ...from(known.customer), ...thread({ inReplyTo: [last] }) });
      last = answerKey(await answer(known.ticket.id));
    }

    expect((await desk.ticket(known.ticket.id)).messageCount).toBe(22);
  });

  test('to a ticket that is closed, as its follow-up', async () => {
    const known = await talk();
    await updateTicket(desk.deps, desk.ours.caller, { id: known.ticket.id, status: 'CLOSED' });

    const landed = await desk.receive({
      ...from(known.customer),
      ...thread(),
      subjectNumber: known.ticket.number,
    });

    expect([landed.id === known.ticket.id, await reasonOf(landed)]).toEqual([false, 'FOLLOW_UP']);
    expect(await linksOf(landed.id)).toEqual([`FOLLOW_UP_OF ${known.ticket.id}`]);
  });
});
