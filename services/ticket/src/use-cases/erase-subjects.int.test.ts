import { newId } from '@smart-tickets/kit/ids';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { person, rowsWith, saying } from '../../test/erasing.ts';
import { TicketDesk } from '../../test/ticket-desk.ts';
import { eraseCustomer } from './erase-customer.ts';

let desk: TicketDesk;
beforeAll(async () => {
  desk = await TicketDesk.open();
});
afterAll(() => desk.close());

interface Subjects {
  readonly heard: string | null;
  readonly changed: (string | null)[];
}

/** The subject that a ticket heard last, and those that its entries tell as new. */
async function subjectsOf(ticketId: string): Promise<Subjects> {
  const { rows } = await desk.system.query<Subjects>(
    `select heard_subject as heard,
            array(select changed_subject from timeline_entry e where e.ticket_id = t.id and type = 'MESSAGE'
                   order by seq) as changed
       from ticket t where id = $1`,
    [ticketId],
  );
  if (rows[0] === undefined) throw new Error('there is no such ticket');
  return rows[0];
}

test('a subject that an answer of the customer brought is gone with them, from their ticket and from its message', async () => {
  const who = person();
  const own = `mid:${newId()}`;
  const ticket = await desk.receive(saying(who, own));
  const other = { ...saying(who, `mid:${newId()}`, [own]), subject: `Invoice of ${who.word}` };
  await desk.receive(other);
  const before = await subjectsOf(ticket.id);

  await eraseCustomer(desk.deps, desk.ours.caller, ticket.customerId ?? '');

  expect(before).toEqual({ heard: other.subject, changed: [null, other.subject] });
  expect(await subjectsOf(ticket.id)).toEqual({ heard: null, changed: [null, null] });
});

test('on the ticket of somebody else only what the erased one brought is gone; what the other brought stays', async () => {
  const host = person();
  const guest = person();
  const own = `mid:${newId()}`;
  const ticket = await desk.receive(saying(host, own, [], guest));
  const theirs = { ...saying(guest, `mid:${newId()}`, [own]), subject: `Lunch with ${guest.word}` };
  await desk.receive(theirs);
  const back = { ...saying(host, `mid:${newId()}`, [own]), subject: `Dinner of ${host.word}` };
  await desk.receive(back);
  const { rows } = await desk.system.query<{ id: string }>(
    `select customer_id as id from customer_identity where value = $1`,
    [guest.address],
  );
  const before = await subjectsOf(ticket.id);

  await eraseCustomer(desk.deps, desk.ours.caller, rows[0]?.id ?? '');

  expect(before.changed).toEqual([null, theirs.subject, back.subject]);
  const after = await subjectsOf(ticket.id);
  expect(after.changed).toEqual([null, null, back.subject]);
  const left = await rowsWith(desk, guest.word);
  expect(left.filter((row) => !row.startsWith('erasure') && !row.includes('erasure-requested'))).toEqual([]);
});
