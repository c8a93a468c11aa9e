import { TripCounter, watchedPool } from '@smart-tickets/testing/statements';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { NormalisedMessage } from '@smart-tickets/contracts';
import { newId } from '@smart-tickets/kit/ids';
import { eventually } from '@smart-tickets/testing/eventually';
import { sampleMessage, TicketDesk } from '../../test/ticket-desk.ts';
import type { Deps } from './deps.ts';
import { mergeTickets } from './merge-tickets.ts';
import { receiveMessage } from './receive-message.ts';
import { splitTicket } from './split-ticket.ts';

let desk: TicketDesk;
const trips = new TripCounter();
let counting: Deps;
beforeAll(async () => {
  desk = await TicketDesk.open();
  counting = { ...desk.deps, pool: watchedPool(desk.deps.pool, trips) };
});
beforeEach(() => {
  trips.count = 0;
});
afterAll(() => desk.close());

const replyTo = (key: string): Partial<NormalisedMessage> => ({
  thread: { own: `mid:${newId()}`, inReplyTo: [key], references: [], conversation: null },
});

async function opened(): Promise<{ id: string; key: string; messageId: string }> {
  const key = `mid:${newId()}`;
  const message = sampleMessage({ thread: { own: key, inReplyTo: [], references: [], conversation: null } });
  await receiveMessage(desk.deps, desk.job(message));
  return { id: (await desk.ticketOf(message.messageId)).id, key, messageId: message.messageId };
}

test('a message is filed in two round trips, whether it opens a ticket, goes on with one, or goes to a heir', async () => {
  const [heir, merged] = [await opened(), await opened()];
  await mergeTickets(desk.deps, desk.ours.caller, { into: heir.id, from: [merged.id] });

  for (const parts of [{}, replyTo(heir.key), replyTo(merged.key)]) {
    trips.count = 0;
    await receiveMessage(counting, desk.job(sampleMessage(parts)));
    expect(trips.count).toBe(2);
  }

  expect((await desk.ticket(heir.id)).messageCount).toBe(4);
});

test('a known customer’s new question is filed in two round trips, a mail that another had named before it came in three', async () => {
  const { from } = sampleMessage();
  const own = `mid:${newId()}@example.com`;
  const thread = { own, inReplyTo: [], references: [], conversation: null };
  await receiveMessage(desk.deps, desk.job(sampleMessage({ from })));
  const early = sampleMessage({ from, ...replyTo(own) });
  await receiveMessage(desk.deps, desk.job(early));

  trips.count = 0;
  await receiveMessage(counting, desk.job(sampleMessage({ from })));
  const ofKnown = trips.count;
  trips.count = 0;
  const named = sampleMessage({ from, thread });
  await receiveMessage(counting, desk.job(named));

  expect([ofKnown, trips.count]).toEqual([2, 3]);
  expect((await desk.ticketOf(named.messageId)).id).toBe((await desk.ticketOf(early.messageId)).id);
});

test('a reply that waited for its ticket goes where a split has taken meanwhile what it replies to', async () => {
  const first = await opened();
  const second = sampleMessage(replyTo(first.key));
  await receiveMessage(desk.deps, desk.job(second));
  const holder = await desk.system.connect();
  await holder.query('begin');
  await holder.query('select from ticket where id = $1 for update', [first.id]);
  // The first to wait for a row holds a lock on its turn; whoever comes later waits for that one.
  const turn = async (granted: boolean): Promise<boolean> => {
    const { rowCount } = await desk.system.query(
      `select from pg_locks l join pg_database d on d.oid = l.database and d.datname = current_database()
        where l.locktype = 'tuple' and l.relation = 'ticket'::regclass and l.granted = $1`,
      [granted],
    );
    return rowCount === 1;
  };

  const splitting = splitTicket(desk.deps, desk.ours.caller, {
    ticketId: first.id,
    fromMessageId: second.messageId,
    subject: null,
  });
  await eventually(() => turn(true));
  const reply = sampleMessage(replyTo(second.thread.own ?? ''));
  const receiving = receiveMessage(counting, desk.job(reply));
  await eventually(() => turn(false));
  await holder.query('commit');
  holder.release();
  const [split] = await Promise.all([splitting, receiving]);

  expect(split.ok && split.value.id).toBe((await desk.ticketOf(reply.messageId)).id);
  expect((await desk.ticket(first.id)).messageCount).toBe(1);
  // The first look, taken back, and the second with what it writes.
  expect(trips.count).toBe(4);
});
