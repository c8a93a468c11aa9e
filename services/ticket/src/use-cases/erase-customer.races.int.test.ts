import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { newId } from '@smart-tickets/kit/ids';
import { eventually } from '@smart-tickets/testing/eventually';
import { answerAll, person, rowsWith, saying, type Person } from '../../test/erasing.ts';
import { sampleMessage, TicketDesk } from '../../test/ticket-desk.ts';
import type { Ticket } from '../domain/ticket.ts';
import type { Deps } from './deps.ts';
import { eraseCustomer } from './erase-customer.ts';
import { receiveMessage } from './receive-message.ts';
import { splitTicket } from './split-ticket.ts';

let desk: TicketDesk;
beforeAll(async () => {
  desk = await TicketDesk.open();
});
afterAll(() => desk.close());

const waiting = async (): Promise<number> => {
  const { rows } = await desk.system.query<{ many: number }>(
    `select count(*) as many from pg_locks where not granted`,
  );
  return rows[0]?.many ?? 0;
};

/**
 * Erases while a split is under way: it has read and locked what it moves, and waits for the workspace's next number,
 * which somebody else holds until the erasure either waits for the split or is through.
 */
async function eraseAmidSplit(
  customerId: string | null,
  split: { readonly ticketId: string; readonly fromMessageId: string },
  deps: Deps = desk.deps,
): Promise<Ticket> {
  const numbers = await desk.system.connect();
  try {
    await numbers.query('begin');
    await numbers.query('select from ticket_number where workspace_id = $1 for update', [
      desk.ours.workspaceId,
    ]);
    const splitting = splitTicket(deps, desk.ours.caller, { ...split, subject: null });
    await eventually(async () => (await waiting()) === 1);
    let over = false;
    const erasing = eraseCustomer(desk.deps, desk.ours.caller, customerId ?? '').finally(() => {
      over = true;
    });
    await eventually(async () => over || (await waiting()) === 2);
    await numbers.query('commit');
    const [made, erased] = await Promise.all([splitting, erasing]);
    if (!made.ok || !erased.ok) throw new Error('neither is refused');
    return made.value;
  } finally {
    numbers.release();
  }
}

/** A ticket of one person with a first message, and a second one by the same or another. */
async function twoMessages(owner: Person, second: Person) {
  const own = `mid:${newId()}`;
  const ticket = await desk.receive(saying(owner, own, [], second));
  const later = saying(second, `mid:${newId()}`, [own]);
  await desk.receive(later);
  return { ticket, fromMessageId: later.messageId ?? '' };
}

describe('an erasure during a split', () => {
  test('erases the ticket that splits off from the last one', async () => {
    const who = person();
    const { ticket, fromMessageId } = await twoMessages(who, who);

    const made = await eraseAmidSplit(ticket.customerId, { ticketId: ticket.id, fromMessageId });
    await answerAll(desk, ticket.customerId);

    expect(await rowsWith(desk, who.word)).toEqual([]);
    expect(await desk.ticket(made.id)).toMatchObject({ subject: '(erased)', messageCount: 1 });
  });

  test('erases it also where its id is among those of tickets that were seen', async () => {
    const who = person();
    const { ticket, fromMessageId } = await twoMessages(who, who);
    const ids = [newId()];
    await desk.receive(saying(who, `mid:${newId()}`));
    const deps = { ...desk.deps, newId: () => ids.pop() ?? newId() };

    await eraseAmidSplit(ticket.customerId, { ticketId: ticket.id, fromMessageId }, deps);
    await answerAll(desk, ticket.customerId);

    expect(await rowsWith(desk, who.word)).toEqual([]);
  });

  test('erases what a guest said and the split had read already', async () => {
    const [owner, guest] = [person(), person()];
    const { customerId } = await desk.receive(saying(guest, `mid:${newId()}`));
    const { ticket, fromMessageId } = await twoMessages(owner, guest);

    const made = await eraseAmidSplit(customerId, { ticketId: ticket.id, fromMessageId });
    await answerAll(desk, customerId);

    expect(await rowsWith(desk, guest.word)).toEqual([]);
    expect(await desk.ticket(made.id)).toMatchObject({ subject: owner.word });
  });
});

test.each([
  ['a new question', []],
  ['a reply', ['mid:what-was-said']],
])('%s that waits for its sender while they are being erased is dropped', async (_what, inReplyTo) => {
  const who = person();
  const { customerId } = await desk.receive(saying(who, 'mid:what-was-said'));
  const late = sampleMessage(saying(who, `mid:${newId()}`, inReplyTo));
  const remembered = await desk.system.connect();
  await remembered.query('begin');
  await remembered.query('lock table erased_identity in share row exclusive mode');

  // It has the customer, and waits to note by what they were known; the message waits for the customer.
  const erasing = eraseCustomer(desk.deps, desk.ours.caller, customerId ?? '');
  await eventually(async () => (await waiting()) === 1);
  const receiving = receiveMessage(desk.deps, desk.job(late));
  await eventually(async () => (await waiting()) === 2);
  await remembered.query('commit');
  remembered.release();
  await Promise.all([erasing, receiving]);
  await answerAll(desk, customerId);

  expect(await rowsWith(desk, who.word)).toEqual([]);
});

test('what a guest said is erased from the events of all splits that it went through', async () => {
  const [owner, guest] = [person(), person()];
  const { customerId } = await desk.receive(saying(guest, `mid:${newId()}`));
  const keys = [0, 1, 2].map(() => `mid:${newId()}`);
  const ticket = await desk.receive(saying(owner, keys[0] ?? ''));
  const second = saying(owner, keys[1] ?? '', keys.slice(0, 1), guest);
  await desk.receive(second);
  const third = saying(guest, keys[2] ?? '', keys.slice(1, 2));
  await desk.receive(third);
  const split = async (ticketId: string, fromMessageId = '') => {
    const result = await splitTicket(desk.deps, desk.ours.caller, { ticketId, fromMessageId, subject: null });
    if (!result.ok) throw new Error(result.error.message);
    return result.value.id;
  };
  const last = await split(await split(ticket.id, second.messageId), third.messageId);

  await eraseCustomer(desk.deps, desk.ours.caller, customerId ?? '');
  await answerAll(desk, customerId);

  expect(await rowsWith(desk, guest.word)).toEqual([]);
  expect(await desk.eventsOf(last)).toMatchObject([
    { actor: { type: 'AGENT' }, entry: { text: '(erased)', author: { type: 'CUSTOMER', name: null } } },
  ]);
  expect(JSON.stringify(await desk.eventsOf(ticket.id))).toContain(owner.word);
});
