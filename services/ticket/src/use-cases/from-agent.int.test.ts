import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { NormalisedMessage } from '@smart-tickets/contracts';
import { newId } from '@smart-tickets/kit/ids';
import { sampleMessage, TicketDesk } from '../../test/ticket-desk.ts';
import { receiveMessage } from './receive-message.ts';
import { updateTicket } from './update-ticket.ts';
import { upsertCustomField } from './upsert-custom-field.ts';

let desk: TicketDesk;
beforeAll(async () => {
  desk = await TicketDesk.open();
});
afterAll(() => desk.close());

type Parts = Partial<NormalisedMessage>;
const address = (): string => `${newId()}@example.org`;
const from = (value: string): Parts => ({
  from: { name: 'Kim', identities: [{ kind: 'EMAIL', value, verified: true }] },
});
const thread = (parts: Partial<NormalisedMessage['thread']> = {}): Parts => ({
  thread: { own: `mid:${newId()}`, inReplyTo: [], references: [], conversation: null, ...parts },
});
const byAgent = (parts: Parts = {}): Parts => ({
  from: { name: 'Ada', identities: [{ kind: 'EMAIL', value: 'support@example.com', verified: true }] },
  fromAgent: true,
  ...thread(),
  ...parts,
});

interface EntryRow {
  type: string;
  direction: string | null;
  actor: string;
  actorId: string | null;
  kind: string | null;
}

async function entriesOf(ticketId: string): Promise<EntryRow[]> {
  const { rows } = await desk.system.query<EntryRow>(
    `select type, direction, actor_type as actor, actor_id as "actorId", change_kind as kind from timeline_entry
      where ticket_id = $1 order by seq`,
    [ticketId],
  );
  return rows;
}

/** The topics and payloads of what was told of a message beside its ticket's change. */
async function toldOf(messageId: string): Promise<{ topic: string; payload: Record<string, unknown> }[]> {
  const { rows } = await desk.system.query<{ topic: string; payload: Record<string, unknown> }>(
    `select topic, payload from (select topic, payload from outbox union all select topic, payload from event_log) e
      where payload ->> 'messageId' = $1`,
    [messageId],
  );
  return rows;
}

describe('what an agent wrote outside', () => {
  test('answers the customer: it is their turn, and nothing is sent once more', async () => {
    const key = `mid:${newId()}`;
    const opened = await desk.receive({ ...from(address()), ...thread({ own: key }) });
    const messageId = newId();

    const ticket = await desk.receive(
      byAgent({ messageId, agentId: desk.ours.agentId, ...thread({ inReplyTo: [key] }) }),
    );

    expect(ticket).toMatchObject({
      id: opened.id,
      status: 'PENDING',
      awaitingReplySince: null,
      firstRepliedAt: ticket.updatedAt,
      customerId: opened.customerId,
      assigneeId: null,
      lastMessageId: messageId,
      messageCount: 2,
    });
    expect((await entriesOf(ticket.id)).slice(1)).toEqual([
      { type: 'MESSAGE', direction: 'OUTBOUND', actor: 'AGENT', actorId: desk.ours.agentId, kind: null },
      { type: 'CHANGE', direction: null, actor: 'AGENT', actorId: desk.ours.agentId, kind: 'STATUS' },
    ]);
    expect(await toldOf(messageId)).toEqual([
      {
        topic: 'ticket.message-settled',
        payload: { messageId, outcome: 'ON_TICKET', ticketId: ticket.id, reason: 'IN_REPLY_TO' },
      },
    ]);
  });

  test('opens a ticket of whom it was written to, whose answer comes back to it', async () => {
    const customer = address();
    const own = `mid:${newId()}`;
    const known = await desk.receive({ ...from(customer), ...thread() });

    const ticket = await desk.receive(
      byAgent({ to: [customer], others: [customer], subject: 'Your order', ...thread({ own }) }),
    );
    const answered = await desk.receive({ ...from(customer), ...thread({ inReplyTo: [own] }) });

    expect(ticket).toMatchObject({
      status: 'PENDING',
      subject: 'Your order',
      customerId: known.customerId,
      awaitingReplySince: null,
      firstRepliedAt: null,
    });
    expect([answered.id, answered.status, answered.customerId]).toEqual([
      ticket.id,
      'OPEN',
      known.customerId,
    ]);
    const [message] = await entriesOf(ticket.id);
    expect(message).toMatchObject({ direction: 'OUTBOUND', actor: 'CONNECTOR' });
  });

  test('to somebody unknown makes them a customer, without the agent’s name', async () => {
    const ticket = await desk.receive(byAgent({ others: [address()] }));

    const { customer } = await desk.data<{ customer: { name: string | null; identities: unknown[] } }>(
      `query ($id: ID!) { customer(id: $id) { name identities { value } } }`,
      { id: ticket.customerId },
    );
    expect([customer.name, customer.identities.length]).toEqual([null, 1]);
  });

  test('to nobody but us is a note on a ticket of the house; whoever answers is the customer', async () => {
    const conversation = `conv:${newId()}`;
    const ticket = await desk.receive(
      byAgent({ channelKind: 'FACEBOOK', ...thread({ own: null, conversation }) }),
    );

    expect(ticket).toMatchObject({ status: 'OPEN', customerId: null, messageCount: 0, lastMessageId: null });
    expect(await entriesOf(ticket.id)).toMatchObject([{ type: 'NOTE', actor: 'CONNECTOR' }]);

    const answered = await desk.receive({
      channelKind: 'FACEBOOK',
      from: { name: 'Kim', identities: [{ kind: 'FACEBOOK', value: newId(), verified: true }] },
      ...thread({ own: null, conversation }),
    });
    expect([answered.id, answered.customerId === null]).toEqual([ticket.id, false]);
  });

  test('that the mail server found to be a forgery is a stranger’s', async () => {
    const key = `mid:${newId()}`;
    const opened = await desk.receive({ ...from(address()), ...thread({ own: key }) });

    const landed = await desk.receive(byAgent({ senderTrust: 'FAIL', ...thread({ inReplyTo: [key] }) }));

    expect(landed.id).not.toBe(opened.id);
    expect(await desk.ticket(opened.id)).toEqual(opened);
  });

  test('on a closed ticket opens its follow-up, of the same customer', async () => {
    const key = `mid:${newId()}`;
    const opened = await desk.receive({ ...from(address()), ...thread({ own: key }) });
    await updateTicket(desk.deps, desk.ours.caller, { id: opened.id, status: 'CLOSED' });

    const ticket = await desk.receive(byAgent(thread({ inReplyTo: [key] })));

    expect([ticket.id === opened.id, ticket.customerId, ticket.status]).toEqual([
      false,
      opened.customerId,
      'PENDING',
    ]);
  });

  test('comes twice and is there once', async () => {
    const message = sampleMessage(byAgent({ others: [address()] }));
    const job = desk.job(message);

    await Promise.all([receiveMessage(desk.deps, job), receiveMessage(desk.deps, job)]);

    expect((await desk.ticketOf(message.messageId)).version).toBe(1);
  });
});

test('scenario 23: out of office, a customer’s changes nothing but the timeline; an agent’s is a note', async () => {
  const key = `mid:${newId()}`;
  const customer = from(address());
  const opened = await desk.receive({ ...customer, ...thread({ own: key }) });
  await desk.receive(byAgent(thread({ inReplyTo: [key] })));
  const answered = await desk.ticket(opened.id);

  await desk.receive({ ...customer, automatic: true, ...thread({ inReplyTo: [key] }) });
  await desk.receive(byAgent({ automatic: true, ...thread({ inReplyTo: [key] }) }));

  const ticket = await desk.ticket(opened.id);
  expect([ticket.status, ticket.awaitingReplySince, ticket.messageCount]).toEqual(['PENDING', null, 3]);
  expect(ticket.firstRepliedAt).toBe(answered.firstRepliedAt);
  expect((await entriesOf(ticket.id)).map(({ type, direction }) => [type, direction])).toEqual([
    ['MESSAGE', 'INBOUND'],
    ['MESSAGE', 'OUTBOUND'],
    ['CHANGE', null],
    ['MESSAGE', 'INBOUND'],
    ['NOTE', null],
  ]);
});

describe('a call', () => {
  const call = (outcome: 'ANSWERED' | 'MISSED', agentId: string | null): Parts => ({
    channelKind: 'PHONE',
    from: { name: null, identities: [{ kind: 'PHONE', value: '+43123', verified: true }] },
    call: { outcome, durationSeconds: 60, recordingUrl: null, transcript: null },
    agentId,
  });

  test('that an agent took is that agent’s ticket; a missed one, and one of nobody known here, is nobody’s', async () => {
    const assigned = async (parts: Parts) =>
      (await desk.receive({ ...parts, ...thread({ own: null, conversation: newId() }) })).assigneeId;

    expect(await assigned(call('ANSWERED', desk.ours.agentId))).toBe(desk.ours.agentId);
    expect(await assigned(call('MISSED', desk.ours.agentId))).toBeNull();
    expect(await assigned(call('ANSWERED', newId()))).toBeNull();
    expect(await assigned(call('ANSWERED', desk.theirs.agentId))).toBeNull();
  });

  test('gives its ticket to whoever answers it, as their doing, and on to who takes the call over', async () => {
    const conversation = newId();
    const on = thread({ own: null, conversation });
    const { id } = await desk.receive({ ...call('MISSED', null), ...on });

    const first = await desk.receive({ ...call('ANSWERED', desk.ours.agentId), ...on });
    const second = await desk.receive({ ...call('ANSWERED', desk.ours.otherAgentId), ...on });

    expect([first.assigneeId, second.assigneeId]).toEqual([desk.ours.agentId, desk.ours.otherAgentId]);
    expect((await entriesOf(id)).filter(({ kind }) => kind === 'ASSIGNMENT')).toMatchObject([
      { actor: 'AGENT', actorId: desk.ours.agentId },
      { actor: 'AGENT', actorId: desk.ours.otherAgentId },
    ]);
  });
});

test('fields that come with a message are kept where they fit, and no message is refused for them', async () => {
  const define = (key: string, type: 'NUMBER' | 'TEXT') =>
    upsertCustomField(desk.deps, desk.ours.caller, {
      key,
      label: key,
      type,
      required: false,
      default: key === 'usual' ? 'as always' : null,
      appliesTo: 'TICKET',
      archived: false,
    });
  for (const [key, type] of [
    ['amount', 'NUMBER'],
    ['order', 'TEXT'],
    ['usual', 'TEXT'],
  ] as const)
    await define(key, type);
  const own = `mid:${newId()}`;
  const customer = from(address());

  const opened = await desk.receive({
    ...customer,
    ...thread({ own }),
    fields: { amount: 'many', order: 'A-17', unknown: 1, __proto__: 'x' },
  });
  const next = await desk.receive({
    ...customer,
    ...thread({ inReplyTo: [own] }),
    fields: { order: 'B-18' },
  });

  expect(opened.fields).toEqual({ order: 'A-17', usual: 'as always' });
  expect(next.fields).toEqual(opened.fields);
});
