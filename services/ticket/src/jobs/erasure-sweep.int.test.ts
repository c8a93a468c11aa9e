import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createLogger } from '@smart-tickets/kit/logger';
import { newId } from '@smart-tickets/kit/ids';
import pg from 'pg';
import { erasureOf, failAfter, person } from '../../test/erasing.ts';
import { TicketDesk } from '../../test/ticket-desk.ts';
import type { Deps } from '../use-cases/deps.ts';
import { eraseCustomer } from '../use-cases/erase-customer.ts';
import { sweepErasures } from './erasure-sweep.ts';

const log = createLogger('test', 'silent');
let desk: TicketDesk;
beforeAll(async () => {
  desk = await TicketDesk.open();
});
afterAll(() => desk.close());

/** An erasure that broke off some minutes ago, with the ticket that is left. */
async function brokenOff(minutesAgo: number): Promise<{ customerId: string; ticketId: string }> {
  const { id, customerId } = await desk.receive({ from: person().from });
  const broken = { ...desk.deps, newId: failAfter(2) };
  await expect(eraseCustomer(broken, desk.ours.caller, customerId ?? '')).rejects.toThrow('power cut');
  await desk.system.query(
    'update erasure set requested_at = now() - make_interval(mins => $2) where customer_id = $1',
    [customerId, minutesAgo],
  );
  return { customerId: customerId ?? '', ticketId: id };
}

test('erasures that cannot be finished hold up no other, however many they are', async () => {
  const stuck = await Promise.all(Array.from({ length: 21 }, () => brokenOff(30)));
  const other = await brokenOff(5);
  // There is no version after this one.
  await desk.system.query('update ticket set version = 2147483647 where id = any($1)', [
    stuck.map(({ ticketId }) => ticketId),
  ]);

  await sweepErasures(desk.deps, desk.system, log);

  expect((await desk.ticket(other.ticketId)).subject).toBe('(erased)');
  const first = stuck[0]?.ticketId ?? '';
  expect((await desk.ticket(first)).subject).not.toBe('(erased)');

  await desk.system.query('update ticket set version = 1 where version = 2147483647');
  await sweepErasures(desk.deps, desk.system, log);

  expect((await desk.ticket(first)).subject).toBe('(erased)');
});

test('a chunk that takes the database too long is made smaller', async () => {
  const from = person().from;
  const tickets = [];
  for (let n = 0; n < 25; n += 1) tickets.push(await desk.receive({ from }));
  const customerId = tickets[0]?.customerId ?? '';
  let made = 0;
  const slow: Deps = {
    ...desk.deps,
    eventsWritten() {
      made = 0;
      desk.deps.eventsWritten();
    },
    newId() {
      made += 1;
      if (made <= 30) return newId();
      made = 0;
      throw Object.assign(new pg.DatabaseError('statement timeout', 1, 'error'), { code: '57014' });
    },
  };

  await eraseCustomer(slow, desk.ours.caller, customerId);

  const subjects = await Promise.all(tickets.map(async ({ id }) => (await desk.ticket(id)).subject));
  expect(new Set(subjects)).toEqual(new Set(['(erased)']));
  expect((await erasureOf(desk, customerId))?.parts[0]?.counts).toMatchObject({ tickets: 25, messages: 25 });
});

test('tickets with many entries are erased fewer at a time', async () => {
  const from = person().from;
  const tickets = [];
  for (let n = 0; n < 5; n += 1) tickets.push(await desk.receive({ from }));
  const customerId = tickets[0]?.customerId ?? '';
  await desk.system.query('update ticket set entry_count = 1500 where customer_id = $1', [customerId]);

  await eraseCustomer(desk.deps, desk.ours.caller, customerId);

  const { rows } = await desk.system.query<{ tickets: number | null }>(
    `select (p.counts ->> 'tickets')::int as tickets from erasure_part p join erasure e on e.id = p.erasure_id
      where e.customer_id = $1 order by p.part`,
    [customerId],
  );
  expect(rows.map(({ tickets: many }) => many)).toEqual([null, 1, 1, 1, 1, 1]);
});
