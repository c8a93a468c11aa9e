import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { DeliveryFailed, TicketStatus } from '@smart-tickets/contracts';
import { newId } from '@smart-tickets/kit/ids';
import type { Ticket } from '../domain/ticket.ts';
import { readLinks } from '../persistence/link-queries.ts';
import { TicketDesk } from '../../test/ticket-desk.ts';
import { mergeTickets } from './merge-tickets.ts';
import { recordDelivery } from './record-delivery.ts';
import { replyToTicket } from './reply-to-ticket.ts';
import { splitTicket } from './split-ticket.ts';
import { updateTicket } from './update-ticket.ts';

let desk: TicketDesk;
beforeAll(async () => {
  desk = await TicketDesk.open();
});
afterAll(() => desk.close());

let serial = 0;
function person(...more: string[]) {
  serial += 1;
  const address = `lost-${serial}@example.org`;
  const identities = [address, ...more].map((value) => ({ kind: 'EMAIL' as const, value, verified: true }));
  return { address, from: { name: null, identities } };
}

async function reply(ticketId: string, status: TicketStatus = 'PENDING', cc: string[] = []): Promise<string> {
  const { lastMessageId } = await desk.ticket(ticketId);
  const replied = await replyToTicket(desk.deps, desk.ours.caller, {
    ticketId,
    text: 'Here you are',
    html: null,
    attachmentIds: [],
    cc,
    idempotencyKey: null,
    expectedLastMessageId: lastMessageId,
    status,
  });
  if (!replied.ok) throw new Error(replied.error.code);
  return replied.value.message.id;
}

/** An answer that did not arrive, unless told otherwise at an address that is no good. */
async function fail(
  messageId: string,
  ticketId: string,
  recipients: readonly string[],
  parts: Partial<DeliveryFailed> = {},
) {
  const job = desk.job<DeliveryFailed>({
    messageId,
    ticketId,
    status: 'BOUNCED',
    error: '550 5.1.1 no such user',
    recipients: recipients.map((address) => ({ address, dead: true, error: null })),
    at: '2026-03-02T10:00:00.000Z',
    ...parts,
  });
  await recordDelivery(desk.deps, job);
  return job;
}

async function changesOf(ticketId: string): Promise<{ kind: string; after: Record<string, unknown> }[]> {
  const { rows } = await desk.system.query<{ kind: string; after: Record<string, unknown> }>(
    `select change_kind as kind, after from timeline_entry
      where ticket_id = $1 and type = 'CHANGE' and actor_name = 'Delivery' order by seq`,
    [ticketId],
  );
  return rows;
}

const followUpsOf = async (id: string): Promise<string[]> =>
  (await readLinks(desk.deps.pool, desk.ours.workspaceId, [id]))
    .filter(({ kind }) => kind === 'FOLLOWED_UP_BY')
    .map(({ otherId }) => otherId);

const undeliverable = async (ticket: Ticket): Promise<unknown> => {
  const { customer } = await desk.data<{ customer: { identities: unknown } }>(
    `query ($id: ID!) { customer(id: $id) { identities { value undeliverable { since reason } } } }`,
    { id: ticket.customerId },
  );
  return customer.identities;
};

describe('scenario 26: an answer that did not arrive', () => {
  test.each(['PENDING', 'ON_HOLD', 'RESOLVED', 'OPEN'] as const)(
    'brings the ticket, which is %s, back to its agent',
    async (status) => {
      const { address, from } = person();
      const { id } = await desk.receive({ from });
      const messageId = await reply(id, status);

      await fail(messageId, id, [address.toUpperCase()]);

      const ticket = await desk.ticket(id);
      expect([ticket.status, ticket.awaitingReplySince, ticket.resolvedAt]).toEqual([
        'OPEN',
        ticket.updatedAt,
        null,
      ]);
      const [told, ...rest] = await changesOf(id);
      expect(told).toEqual({
        kind: 'DELIVERY',
        after: {
          messageId,
          status: 'BOUNCED',
          error: '550 5.1.1 no such user',
          recipients: [address.toUpperCase()],
        },
      });
      expect(rest.map(({ kind }) => kind)).toEqual(status === 'OPEN' ? [] : ['STATUS']);
      const event = (await desk.eventsOf(id)).at(-1);
      expect([event?.kind, event?.entry, event?.actor.type]).toEqual([
        'TICKET_CHANGED',
        expect.objectContaining({ type: 'CHANGE', kind: 'DELIVERY' }),
        'SYSTEM',
      ]);
    },
  );

  test('is recorded once, however often the job comes', async () => {
    const { address, from } = person();
    const { id } = await desk.receive({ from });
    const job = await fail(await reply(id), id, [address]);
    const after = await desk.ticket(id);

    await Promise.all([recordDelivery(desk.deps, job), recordDelivery(desk.deps, job)]);

    expect(await desk.ticket(id)).toEqual(after);
    expect(await changesOf(id)).toHaveLength(2);
  });

  test('in copy only: the timeline tells, and the customer has their answer', async () => {
    const { from } = person();
    const { id } = await desk.receive({ from });
    const messageId = await reply(id, 'RESOLVED', ['copy@example.org']);

    await fail(messageId, id, ['copy@example.org']);

    expect((await desk.ticket(id)).status).toBe('RESOLVED');
    expect((await changesOf(id)).map(({ kind }) => kind)).toEqual(['DELIVERY']);
  });

  test('is found where a merge has taken its ticket', async () => {
    const { address, from } = person();
    const [{ id }, heir] = [await desk.receive({ from }), await desk.receive({ from: person().from })];
    const messageId = await reply(id);
    await mergeTickets(desk.deps, desk.ours.caller, { into: heir.id, from: [id] });

    await fail(messageId, id, [address]);

    expect((await changesOf(heir.id)).map(({ kind }) => kind)).toContain('DELIVERY');
    expect((await desk.ticket(heir.id)).awaitingReplySince).not.toBeNull();
    expect(await changesOf(id)).toEqual([]);
  });

  test('is found where a split has taken it', async () => {
    const { address, from } = person();
    const key = `mid:${newId()}`;
    const { id } = await desk.receive({
      from,
      thread: { own: key, inReplyTo: [], references: [], conversation: null },
    });
    const fromMessageId = newId();
    const thread = { own: `mid:${newId()}`, inReplyTo: [key], references: [], conversation: null };
    await desk.receive({ messageId: fromMessageId, from, thread });
    const messageId = await reply(id);
    const split = await splitTicket(desk.deps, desk.ours.caller, {
      ticketId: id,
      fromMessageId,
      subject: null,
    });
    if (!split.ok) throw new Error(split.error.code);

    await fail(messageId, id, [address]);

    expect((await desk.ticket(split.value.id)).status).toBe('OPEN');
    expect(await changesOf(id)).toEqual([]);
  });

  test('on a ticket that is closed shows on its follow-up, which is opened once', async () => {
    const { address, from } = person();
    const { id } = await desk.receive({ from });
    await updateTicket(desk.deps, desk.ours.caller, {
      id,
      assigneeId: desk.ours.agentId,
      teamId: desk.ours.teamId,
    });
    const first = await reply(id);
    const second = await reply(id, 'CLOSED');

    await Promise.all([fail(first, id, [address]), fail(second, id, [address])]);

    const closed = await desk.ticket(id);
    expect([closed.status, closed.awaitingReplySince]).toEqual(['CLOSED', null]);
    expect((await changesOf(id)).map(({ kind }) => kind)).toEqual(['DELIVERY', 'DELIVERY']);
    const [followUpId, ...others] = await followUpsOf(id);
    expect(others).toEqual([]);
    const followUp = await desk.ticket(followUpId ?? '');
    expect(followUp).toMatchObject({
      status: 'OPEN',
      customerId: closed.customerId,
      assigneeId: desk.ours.agentId,
      teamId: desk.ours.teamId,
      subject: closed.subject,
      messageCount: 0,
    });
    expect(followUp.number).toBeGreaterThan(closed.number);
    expect((await changesOf(followUp.id)).map(({ kind }) => kind)).toEqual([
      'CREATED',
      'DELIVERY',
      'DELIVERY',
    ]);
  });

  test('leaves spam where it is', async () => {
    const { address, from } = person();
    const { id } = await desk.receive({ from });
    const messageId = await reply(id);
    await updateTicket(desk.deps, desk.ours.caller, { id, status: 'SPAM' });

    await fail(messageId, id, [address]);

    expect([(await desk.ticket(id)).status, (await changesOf(id)).length]).toEqual(['SPAM', 1]);
  });

  test('of another workspace, or unknown, changes nothing', async () => {
    const theirs = await desk.receive({ from: person().from }, desk.theirs);

    await fail(theirs.lastMessageId ?? '', theirs.id, []);
    await fail(newId(), newId(), []);

    expect(await desk.ticket(theirs.id, desk.theirs)).toEqual(theirs);
  });
});

describe('scenario 55: an address that is no good', () => {
  test('is shown with why, and passed over for another of the customer’s, until something comes from there', async () => {
    const other = `second-${newId()}@example.org`;
    const { address, from } = person(other);
    const { id } = await desk.receive({ from });

    await fail(await reply(id), id, [address]);

    const since = '2026-03-02T10:00:00.000Z';
    const reason = '550 5.1.1 no such user';
    const ticket = await desk.ticket(id);
    expect(await undeliverable(ticket)).toEqual(
      expect.arrayContaining([
        { value: address, undeliverable: { since, reason } },
        { value: other, undeliverable: null },
      ]),
    );
    expect(await recipientsOf(await reply(id))).toEqual([other]);

    await desk.receive({ from: { name: null, identities: from.identities.slice(0, 1) } });

    expect(await undeliverable(ticket)).toContainEqual({ value: address, undeliverable: null });
  });

  test('is not one that was full, and nobody else is touched', async () => {
    const { address, from } = person();
    const bystander = await desk.receive({ from: person().from });
    const { id } = await desk.receive({ from });
    const recipients = [{ address, dead: false, error: '452 mailbox full' }];

    await fail(await reply(id), id, [], { recipients, status: 'FAILED' });

    expect(await undeliverable(await desk.ticket(id))).toEqual([{ value: address, undeliverable: null }]);
    expect(await undeliverable(bystander)).toEqual([expect.objectContaining({ undeliverable: null })]);
  });

  test('of an agent, in copy: no customer is marked for it, and their answers go out as before', async () => {
    const { address, from } = person();
    const { id } = await desk.receive({ from });
    const marked = async () => {
      const { rows } = await desk.system.query<{ count: number }>(
        'select count(*)::int as count from customer_identity where undeliverable_since is not null',
      );
      return rows[0]?.count;
    };
    const agent = `agent-${newId()}@support.example`;
    const [before, messageId] = [await marked(), await reply(id, 'PENDING', [agent])];

    await fail(messageId, id, [agent]);

    expect(await marked()).toBe(before);
    expect((await desk.ticket(id)).status).toBe('PENDING');
    expect((await changesOf(id)).map(({ kind, after }) => [kind, after['recipients']])).toEqual([
      ['DELIVERY', [agent]],
    ]);
    expect(await recipientsOf(await reply(id))).toEqual([address]);
  });
});

async function recipientsOf(messageId: string): Promise<string[]> {
  const { rows } = await desk.system.query<{ to: string[] }>(
    'select to_addresses as to from timeline_entry where id = $1',
    [messageId],
  );
  return rows[0]?.to ?? [];
}

test('an answer goes to the address from which the customer wrote last', async () => {
  const [first, second] = [person(), person()];
  const key = `mid:${newId()}`;
  const both = [...first.from.identities, ...second.from.identities];
  const thread = (inReplyTo: string[]) => ({
    own: `mid:${newId()}`,
    inReplyTo,
    references: [],
    conversation: null,
  });
  const { id } = await desk.receive({
    from: { name: null, identities: both },
    thread: { ...thread([]), own: key },
  });
  await desk.receive({ from: second.from, thread: thread([key]) });

  expect(await recipientsOf(await reply(id))).toEqual([second.address]);

  await desk.receive({ from: first.from, thread: thread([key]) });
  // What a machine says from elsewhere moves no answer.
  await desk.receive({ from: second.from, thread: thread([key]), automatic: true });
  expect(await recipientsOf(await reply(id))).toEqual([first.address]);
});
