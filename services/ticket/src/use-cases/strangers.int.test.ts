import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { answerKey } from '@smart-tickets/contracts';
import { newId } from '@smart-tickets/kit/ids';
import fc from 'fast-check';
import {
  address,
  answerAt,
  from,
  linksAt,
  reasonAt,
  talkAt,
  thread,
  type Parts,
  type Talk,
} from '../../test/talk.ts';
import { TicketDesk } from '../../test/ticket-desk.ts';
import type { Ticket } from '../domain/ticket.ts';
import { maxNamedLinks } from '../domain/links.ts';
import { createTicket } from './create-ticket.ts';
import { linkTickets } from './link-tickets.ts';
import { mergeCustomers } from './merge-customers.ts';
import { splitTicket } from './split-ticket.ts';
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

describe('scenario 10: somebody who has no part in a ticket', () => {
  test.each<[string, (talk: Talk) => Parts]>([
    ['its number in the subject', ({ ticket }) => ({ ...thread(), subjectNumber: ticket.number })],
    ['the token of our answer', (known) => ({ ...thread(), tokens: [known.answer] })],
    ['our answer', (known) => thread({ inReplyTo: [known.answer] })],
    ['the customer’s mail, among References', ({ key }) => thread({ references: [key] })],
    [
      'all of it, as a machine',
      (known) => ({
        ...thread({ inReplyTo: [known.key], references: [known.answer] }),
        tokens: [known.answer],
        subjectNumber: known.ticket.number,
        automatic: true,
      }),
    ],
    [
      'all of it, with the customer in copy and a list of their own',
      (known) => ({
        ...thread({ inReplyTo: [known.key] }),
        tokens: [known.answer],
        others: [known.customer],
        cc: [known.customer],
        list: 'evil.example.org',
      }),
    ],
  ])('names %s: a new ticket beside it, which is untouched', async (_what, parts) => {
    const known = await talk();

    const landed = await desk.receive({ ...from(address()), subject: 'Let me in', ...parts(known) });

    expect(landed.id).not.toBe(known.ticket.id);
    expect([await reasonOf(landed), landed.status, landed.subject]).toEqual(['STRANGER', 'NEW', 'Let me in']);
    expect(await desk.ticket(known.ticket.id)).toEqual(known.ticket);
    expect(await linksOf(landed.id)).toEqual([`RELATED ${known.ticket.id}`]);
    expect(await linksOf(known.ticket.id)).toEqual([`RELATED ${landed.id}`]);
    // What the stranger named still leads to whom it belongs to.
    const back = await desk.receive({ ...from(known.customer), ...thread({ inReplyTo: [known.answer] }) });
    expect(back.id).toBe(known.ticket.id);
  });

  test('typed in the customer’s address: nobody has proved to be them', async () => {
    const known = await talk();

    const landed = await desk.receive({
      ...from(known.customer, false),
      ...thread({ inReplyTo: [known.key] }),
    });

    expect(await reasonOf(landed)).toBe('STRANGER');
  });

  test('wrote in the customer’s name, as the mail server found: a new ticket beside it', async () => {
    const known = await talk();
    const parts = { ...from(known.customer), ...thread({ inReplyTo: [known.answer] }) };

    const landed = await desk.receive({ ...parts, senderTrust: 'FAIL' });

    expect(landed.id).not.toBe(known.ticket.id);
    expect(await reasonOf(landed)).toBe('STRANGER');
    expect(await linksOf(landed.id)).toEqual([`RELATED ${known.ticket.id}`]);
    expect(await desk.ticket(known.ticket.id)).toEqual(known.ticket);
    // Nobody has proved to be the customer: the new ticket is not theirs.
    expect(landed.customerId).not.toBe(known.ticket.customerId);
  });

  test('joins it where the channel lets strangers join, forged or not', async () => {
    const known = await talk();
    const parts = { ...thread({ inReplyTo: [known.answer] }), strangersJoin: true };

    const joined = await desk.receive({ ...from(address()), ...parts });
    const forged = await desk.receive({
      ...from(known.customer),
      ...parts,
      ...thread({ inReplyTo: [known.answer] }),
      senderTrust: 'FAIL',
    });

    expect([joined.id, forged.id]).toEqual([known.ticket.id, known.ticket.id]);
  });

  test('does not join what is between colleagues, whatever the channel lets strangers do', async () => {
    const created = await createTicket(desk.deps, desk.ours.caller, {
      idempotencyKey: null,
      subject: 'Among us',
      text: 'A secret',
      html: null,
      customerId: null,
      customerEmail: null,
      priority: 'NORMAL',
      teamId: null,
      assigneeId: null,
      tags: [],
      fields: [],
    });
    if (!created.ok) throw new Error(JSON.stringify(created.error));
    const within = await desk.ticket(created.value.id);

    const landed = await desk.receive({
      ...from(address()),
      ...thread(),
      subjectNumber: within.number,
      strangersJoin: true,
    });

    expect([await reasonOf(landed), within.customerId]).toEqual(['STRANGER', null]);
    expect(await desk.ticket(within.id)).toEqual(within);
  });

  test('cannot fill the links of a ticket, of which agents need some', async () => {
    const known = await talk();
    const stranger = () => desk.receive({ ...from(address()), ...thread({ inReplyTo: [known.key] }) });

    const landed = [];
    for (let nth = 0; nth < maxNamedLinks + 3; nth += 1) landed.push(await stranger());

    expect(await linksOf(known.ticket.id)).toHaveLength(maxNamedLinks);
    const last = landed.at(-1)?.id ?? '';
    expect(await linksOf(last)).toEqual([`RELATED ${known.ticket.id}`]);
    const link = { ticketId: known.ticket.id, otherId: last, kind: 'RELATED' } as const;
    expect(await linkTickets(desk.deps, desk.ours.caller, link)).toMatchObject({ ok: true });
  });

  test('goes on with what they have begun themselves', async () => {
    const known = await talk();
    const stranger = from(address());
    const own = `mid:${newId()}`;
    const landed = await desk.receive({ ...stranger, ...thread({ own, references: [known.key] }) });

    const next = await desk.receive({ ...stranger, ...thread({ references: [known.key, own] }) });

    expect(next.id).toBe(landed.id);
  });
});

describe('somebody who has a part in a ticket', () => {
  test('as who was in copy of the customer’s mail', async () => {
    const colleague = address();
    const known = await talk({ others: [colleague] });

    expect((await desk.receive({ ...from(colleague), ...thread({ inReplyTo: [known.key] }) })).id).toBe(
      known.ticket.id,
    );
  });

  test('as who was in copy of our answer', async () => {
    const colleague = address();
    const known = await talk({}, [colleague]);

    expect((await desk.receive({ ...from(colleague), ...thread({ inReplyTo: [known.answer] }) })).id).toBe(
      known.ticket.id,
    );
  });

  test('as who typed in their address, and answers our answer from there', async () => {
    const customer = address();
    const { id } = await desk.receive({ channelKind: 'WEB_FORM', ...from(customer, false), ...thread() });
    const key = answerKey(await answer(id));

    expect((await desk.receive({ ...from(customer), ...thread({ inReplyTo: [key] }) })).id).toBe(id);
  });

  test('as the customer by another address of theirs, since a merge, too', async () => {
    const known = await talk();
    const other = address();
    const { customerId } = await desk.receive({ ...from(other), ...thread() });
    const into = known.ticket.customerId ?? '';
    await mergeCustomers(desk.deps, desk.ours.caller, { into, from: [customerId ?? ''] });

    expect((await desk.receive({ ...from(other), ...thread({ inReplyTo: [known.key] }) })).id).toBe(
      known.ticket.id,
    );
  });

  test('as who wrote on it before it was given to another customer', async () => {
    const known = await talk();
    const { customerId } = await desk.receive({ ...from(address()), ...thread() });
    await updateTicket(desk.deps, desk.ours.caller, { id: known.ticket.id, customerId: customerId ?? '' });

    expect((await desk.receive({ ...from(known.customer), ...thread({ inReplyTo: [known.key] }) })).id).toBe(
      known.ticket.id,
    );
  });

  test('as a member of the mailing list on which it is talked about; on another list not', async () => {
    const list = 'users.lists.example.org';
    const known = await talk({ list, automatic: true });

    const [member, foreign] = [
      await desk.receive({
        ...from(address()),
        list,
        automatic: true,
        ...thread({ inReplyTo: [known.key] }),
      }),
      await desk.receive({
        ...from(address()),
        list: 'other.lists.example.org',
        automatic: true,
        ...thread({ inReplyTo: [known.key] }),
      }),
    ];

    expect(member.id).toBe(known.ticket.id);
    expect(await reasonOf(foreign)).toBe('STRANGER');
  });

  test('as a mail server that reports on our answer; on the customer’s mail it reports nothing', async () => {
    const known = await talk();
    const report = { ...from('mailer-daemon@mx.example.net'), report: true, automatic: true };

    const [theirs, ours] = [
      await desk.receive({ ...report, ...thread({ inReplyTo: [known.key] }) }),
      await desk.receive({ ...report, ...thread({ inReplyTo: [known.answer] }) }),
    ];

    expect([ours.id, ours.status]).toEqual([known.ticket.id, 'PENDING']);
    expect(await reasonOf(theirs)).toBe('STRANGER');
  });

  test('on what is split off only by the messages that went along', async () => {
    const [early, late] = [address(), address()];
    const known = await talk({ others: [early] });
    const second = `mid:${newId()}`;
    const messageId = newId();
    await desk.receive({
      messageId,
      ...from(known.customer),
      ...thread({ own: second, inReplyTo: [known.key] }),
      others: [late],
      cc: [late],
    });
    const split = await splitTicket(desk.deps, desk.ours.caller, {
      ticketId: known.ticket.id,
      fromMessageId: messageId,
      subject: 'Another matter',
    });
    if (!split.ok) throw new Error(split.error.code);

    const reply = (who: string) => desk.receive({ ...from(who), ...thread({ inReplyTo: [second] }) });

    expect((await reply(late)).id).toBe(split.value.id);
    expect(await reasonOf(await reply(early))).toBe('STRANGER');
  });
});

test('no combination of what a stranger can write joins a ticket of another customer', async () => {
  const talks = [await talk(), await talk({ others: [address()] }), await talk({}, [address()])];
  const keys = talks.flatMap((known) => [known.key, known.answer]);
  const key = fc.oneof(
    fc.constantFrom(...keys),
    fc.uuid().map((id) => `mid:${id}`),
  );
  const some = fc.array(key, { maxLength: 4 });
  const forged = fc.record({
    own: fc.oneof(key, fc.constant(null)),
    inReplyTo: some,
    references: some,
    tokens: fc.array(fc.constantFrom(...talks.map((known) => known.answer)), { maxLength: 2 }),
    subjectNumber: fc.constantFrom(null, ...talks.map(({ ticket }) => ticket.number)),
    automatic: fc.boolean(),
    senderTrust: fc.constantFrom('PASS', 'FAIL', 'NONE'),
    others: fc.array(fc.constantFrom(...talks.map(({ customer }) => customer)), { maxLength: 3 }),
    list: fc.constantFrom(null, 'evil.example.org', ...talks.map(({ customer }) => customer)),
    agentId: fc.constantFrom(null, desk.ours.agentId),
  });

  await fc.assert(
    fc.asyncProperty(forged, async ({ own, inReplyTo, references, ...parts }) => {
      await desk.receive({
        ...from(address()),
        subject: newId(),
        ...thread({ own, inReplyTo, references }),
        ...parts,
      });
    }),
    { numRuns: 150 },
  );

  for (const { ticket } of talks) expect(await desk.ticket(ticket.id)).toEqual(ticket);
  for (const { customer, answer: key, ticket } of talks) {
    expect((await desk.receive({ ...from(customer), ...thread({ inReplyTo: [key] }) })).id).toBe(ticket.id);
  }
}, 60_000);
