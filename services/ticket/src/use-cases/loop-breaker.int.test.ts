import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { eventually } from '@smart-tickets/testing/eventually';
import { TicketDesk } from '../../test/ticket-desk.ts';
import { loopWindowMs, maxMailsOfTicket, maxOpenings, maxOpeningsOfSender } from '../domain/loop-breaker.ts';
import type { Ticket } from '../domain/ticket.ts';
import { readEntries } from '../persistence/ticket-queries.ts';
import { updateTicket } from './update-ticket.ts';

let desk: TicketDesk;
beforeAll(async () => {
  desk = await TicketDesk.open();
});
afterAll(async () => {
  await desk.close();
});

const robot = (address: string) => ({
  name: null,
  identities: [{ kind: 'EMAIL' as const, value: address, verified: true }],
});
const say = (address: string, subject = 'Re: your request', sentAt = new Date().toISOString()) =>
  desk.receive({ from: robot(address), subject, sentAt });

async function openBudget(address: string): Promise<Ticket[]> {
  const tickets: Ticket[] = [];
  for (let index = 0; index < maxOpenings; index += 1) tickets.push(await say(address));
  return tickets;
}

test('scenario 21: a robot without any sign of one opens five tickets, and what follows lands on the last of them with its reason', async () => {
  const tickets = await openBudget('robot@example.com');
  const last = tickets.at(-1);

  const landed = await Promise.all(Array.from({ length: 10 }, () => say('robot@example.com')));

  expect(new Set(tickets.map(({ id }) => id)).size).toBe(maxOpenings);
  expect(new Set(landed.map(({ id }) => id))).toEqual(new Set([last?.id]));
  const ticket = await desk.ticket(last?.id ?? '');
  expect(ticket.messageCount).toBe(11);
  const [entry] = await readEntries(desk.deps.pool, desk.ours.workspaceId, [ticket.lastMessageId ?? '']);
  expect(entry).toMatchObject({ threadReason: 'LOOP', automatic: true });
});

test('scenario 21: a robot that numbers its subjects opens twenty tickets within the hour, and what follows lands on the last of them', async () => {
  const tickets: Ticket[] = [];
  for (let nth = 1; nth <= maxOpeningsOfSender; nth += 1)
    tickets.push(await say('counter@example.com', `[Case #${nth}] We have received your mail`));

  const landed = await say('counter@example.com', '[Case #21] We have received your mail');

  expect(new Set(tickets.map(({ id }) => id)).size).toBe(maxOpeningsOfSender);
  expect(landed.id).toBe(tickets.at(-1)?.id);
  const [entry] = await readEntries(desk.deps.pool, desk.ours.workspaceId, [landed.lastMessageId ?? '']);
  expect(entry).toMatchObject({ threadReason: 'LOOP', automatic: true });
});

test('scenario 21: mails forged in a customer’s name do not count as theirs, nor land on their tickets', async () => {
  const tickets = await openBudget('victim@example.com');
  const forged = {
    from: robot('victim@example.com'),
    subject: 'Re: your request',
    sentAt: new Date().toISOString(),
  };

  const landed = await desk.receive({ ...forged, senderTrust: 'FAIL' });

  expect(tickets.map(({ id }) => id)).not.toContain(landed.id);
  expect(landed.customerId).not.toBe(tickets[0]?.customerId);
});

test('scenario 21: what goes around reopens nothing', async () => {
  const last = (await openBudget('vacation@example.com')).at(-1);
  await updateTicket(desk.deps, desk.ours.caller, { id: last?.id ?? '', status: 'RESOLVED' });

  const landed = await say('vacation@example.com');

  expect([landed.id, landed.status, landed.awaitingReplySince]).toEqual([last?.id, 'RESOLVED', null]);
});

test('scenario 21: a ticket that gets more mails within an hour than persons write is reopened by no more of them, until the hour is over', async () => {
  const own = 'mid:first@example.com';
  const from = robot('ping@example.com');
  await desk.receive({ from, thread: { own, inReplyTo: [], references: [], conversation: null } });
  const answer = (nth: number): Promise<Ticket> =>
    desk.receive({
      from,
      sentAt: desk.deps.now().toISOString(),
      thread: { own: `mid:${nth}@example.com`, inReplyTo: [own], references: [], conversation: null },
    });
  for (let nth = 2; nth < maxMailsOfTicket; nth += 1) await answer(nth);
  const { id } = await answer(maxMailsOfTicket);
  await updateTicket(desk.deps, desk.ours.caller, { id, status: 'RESOLVED' });

  const beyond = await answer(maxMailsOfTicket + 1);
  const [entry] = await readEntries(desk.deps.pool, desk.ours.workspaceId, [beyond.lastMessageId ?? '']);
  desk.now = () => new Date(Date.now() + loopWindowMs + 60_000);
  const later = await answer(maxMailsOfTicket + 2);
  desk.now = () => new Date();

  expect([beyond.id, beyond.status, later.id, later.status]).toEqual([id, 'RESOLVED', id, 'OPEN']);
  expect(entry).toMatchObject({ threadReason: 'LOOP', automatic: true });
});

test('another subject, another sender, another hour, and a mail of long ago open tickets as ever', async () => {
  const tickets = await openBudget('busy@example.com');

  const others = [
    await say('busy@example.com', 'Something else'),
    await say('other@example.com'),
    await say('busy@example.com', 'Re: your request', '2020-01-01T00:00:00.000Z'),
  ];
  desk.now = () => new Date(Date.now() + 3_700_000);
  others.push(
    await say('busy@example.com', 'Re: your request', new Date(Date.now() + 3_700_000).toISOString()),
  );
  desk.now = () => new Date();

  const ids = [...tickets, ...others].map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
});

test('a mail that waited for the last ticket of a loop opens another one when that was closed meanwhile', async () => {
  const tickets = await openBudget('closing@example.com');
  const last = tickets.at(-1)?.id ?? '';
  const holder = await desk.system.connect();
  await holder.query('begin');
  await holder.query(`update ticket set status = 'CLOSED', version = version + 1 where id = $1`, [last]);

  const saying = say('closing@example.com');
  // Whoever waits for a row holds a lock on its turn.
  await eventually(async () => {
    const { rowCount } = await desk.system.query(
      `select from pg_locks l join pg_database d on d.oid = l.database and d.datname = current_database()
        where l.locktype = 'tuple' and l.relation = 'ticket'::regclass and l.granted`,
    );
    return rowCount === 1;
  });
  await holder.query('commit');
  holder.release();
  const landed = await saying;

  expect(tickets.map(({ id }) => id)).not.toContain(landed.id);
  expect((await desk.ticket(last)).messageCount).toBe(1);
});

test('a sender who turns out to be somebody else than the one who went around is a new customer', async () => {
  const claims = (externalId: string) => ({
    from: {
      name: null,
      identities: [
        { kind: 'EXTERNAL' as const, value: externalId, verified: true },
        { kind: 'EMAIL' as const, value: 'shared@example.com', verified: true },
      ],
    },
    subject: 'Re: your request',
    sentAt: new Date().toISOString(),
  });
  const tickets: Ticket[] = [];
  for (let index = 0; index < maxOpenings; index += 1) tickets.push(await desk.receive(claims('one')));

  const landed = await desk.receive(claims('another'));

  expect(tickets.map(({ id }) => id)).not.toContain(landed.id);
  expect(landed.customerId).not.toBe(tickets[0]?.customerId);
  const { rowCount } = await desk.system.query('select from customer where id = $1', [landed.customerId]);
  expect(rowCount).toBe(1);
});

test('mails without a subject go around, too', async () => {
  const tickets: Ticket[] = [];
  for (let index = 0; index < maxOpenings; index += 1) tickets.push(await say('silent@example.com', ''));

  const landed = await say('silent@example.com', '  ');

  expect(landed.id).toBe(tickets.at(-1)?.id);
});

test.each(['PHONE', 'CHAT', 'WEB_FORM', 'API'] as const)(
  'people who write by %s open as many tickets of one subject as they like',
  async (channelKind) => {
    const ids = new Set<string>();
    for (let index = 0; index <= maxOpenings; index += 1) {
      const { id } = await desk.receive({
        from: robot(`${channelKind}@example.com`.toLowerCase()),
        channelKind,
        subject: 'Contact form',
        sentAt: new Date().toISOString(),
      });
      ids.add(id);
    }

    expect(ids.size).toBe(maxOpenings + 1);
  },
);
