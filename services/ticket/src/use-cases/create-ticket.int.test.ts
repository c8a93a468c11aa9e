import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { newId } from '@smart-tickets/kit/ids';
import { sampleMessage, TicketDesk } from '../../test/ticket-desk.ts';
import { maxSubjectLength } from '../domain/update.ts';
import { createTicket, type CreateTicketInput } from './create-ticket.ts';
import { receiveMessage } from './receive-message.ts';
import { replyToTicket } from './reply-to-ticket.ts';
import { updateTicket } from './update-ticket.ts';

let desk: TicketDesk;
beforeAll(async () => {
  desk = await TicketDesk.open();
});
afterAll(() => desk.close());

const wanted = (parts: Partial<CreateTicketInput> = {}): CreateTicketInput => ({
  idempotencyKey: null,
  subject: 'A new matter',
  text: null,
  html: null,
  customerId: null,
  customerEmail: null,
  priority: 'NORMAL',
  teamId: null,
  assigneeId: null,
  tags: [],
  fields: [],
  ...parts,
});

const create = (parts: Partial<CreateTicketInput> = {}) =>
  createTicket(desk.deps, desk.ours.caller, wanted(parts));

async function made(parts: Partial<CreateTicketInput> = {}) {
  const result = await create(parts);
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value;
}

interface Entry {
  readonly __typename: string;
  readonly text?: string;
  readonly kind?: string;
}

async function timelineOf(id: string): Promise<Entry[]> {
  const query = `query ($id: ID!) { ticket(id: $id) { timeline { nodes {
    __typename ... on Message { text html to direction author { ... on Agent { id } } }
    ... on Note { text mentions { id } author { ... on Agent { id } } }
    ... on TicketChange { kind after actor { ... on Agent { id } } } } } } }`;
  const { ticket } = await desk.data<{ ticket: { timeline: { nodes: Entry[] } } }>(query, { id });
  return ticket.timeline.nodes;
}

async function ticketCount(): Promise<number> {
  const { rows } = await desk.system.query<{ count: number }>(
    'select count(*)::int as count from ticket where workspace_id = $1',
    [desk.ours.workspaceId],
  );
  return rows[0]?.count ?? 0;
}

describe('a ticket on behalf of a customer', () => {
  test('begins with the message to them, and is theirs to answer', async () => {
    const { agentId, otherAgentId, teamId } = desk.ours;

    const ticket = await made({
      customerEmail: ' New.Person@Example.org',
      subject: ' A new matter ',
      text: 'Dear customer',
      html: '<p>Dear <img src=x onerror=steal()>customer</p>',
      priority: 'HIGH',
      teamId,
      assigneeId: otherAgentId,
      tags: ['Billing', ' vip', 'billing'],
    });

    expect(ticket).toMatchObject({
      subject: 'A new matter',
      status: 'PENDING',
      priority: 'HIGH',
      channel: 'EMAIL',
      teamId,
      assigneeId: otherAgentId,
      tags: ['billing', 'vip'],
      awaitingReplySince: null,
      firstRepliedAt: null,
      version: 1,
      messageCount: 1,
    });
    const [message, change, ...others] = await timelineOf(ticket.id);
    expect(message).toMatchObject({
      __typename: 'Message',
      direction: 'OUTBOUND',
      text: 'Dear customer',
      html: '<p>Dear customer</p>',
      to: ['new.person@example.org'],
      author: { id: agentId },
    });
    expect(change).toMatchObject({
      __typename: 'TicketChange',
      kind: 'CREATED',
      actor: { id: agentId },
      after: { status: 'PENDING', priority: 'HIGH', tags: ['billing', 'vip'] },
    });
    expect(others).toEqual([]);
    expect(await desk.eventsOf(ticket.id)).toMatchObject([
      {
        kind: 'TICKET_CREATED',
        ticket: { number: ticket.number, version: 1 },
        entry: { type: 'MESSAGE', direction: 'OUTBOUND', author: { id: agentId } },
      },
    ]);
  });

  test('is open where nothing has been said yet', async () => {
    const ticket = await made({ customerEmail: `${newId()}@example.org` });

    expect(ticket).toMatchObject({ status: 'OPEN', firstRepliedAt: null, messageCount: 0 });
    expect(await timelineOf(ticket.id)).toMatchObject([{ kind: 'CREATED' }]);
    expect(await desk.eventsOf(ticket.id)).toMatchObject([{ entry: { type: 'CHANGE', kind: 'CREATED' } }]);
  });

  test('finds the customer of a mail address, however many ask at once, and whoever writes from it', async () => {
    const address = `${newId()}@example.org`;
    const from = { name: 'Ada', identities: [{ kind: 'EMAIL' as const, value: address, verified: true }] };
    const mail = sampleMessage({ from });

    const [tickets] = await Promise.all([
      Promise.all(Array.from({ length: 10 }, () => made({ customerEmail: address.toUpperCase() }))),
      receiveMessage(desk.deps, desk.job(mail)),
    ]);

    const written = await desk.ticketOf(mail.messageId);
    expect(new Set([...tickets, written].map(({ customerId }) => customerId)).size).toBe(1);
  });

  test('does not take a typed-in address for the customer who typed it', async () => {
    const claimed = `${newId()}@example.org`;
    const chat = await desk.receive({
      channelKind: 'CHAT',
      from: {
        name: null,
        identities: [
          { kind: 'CHAT', value: newId(), verified: true },
          { kind: 'EMAIL', value: claimed, verified: false },
        ],
      },
    });

    const ticket = await made({ customerEmail: claimed });

    expect(ticket.customerId).not.toBe(chat.customerId);
  });

  test('goes by mail where there is an address, else through the API', async () => {
    const phone = await desk.receive({
      channelKind: 'PHONE',
      from: { name: null, identities: [{ kind: 'PHONE', value: `+43${Date.now()}`, verified: true }] },
    });
    const mail = await desk.receive();

    const tickets = [
      await made({ customerId: phone.customerId, text: 'Hello' }),
      await made({ customerId: mail.customerId, text: 'Hello' }),
    ];

    expect(tickets.map(({ channel, status }) => [channel, status])).toEqual([
      ['API', 'PENDING'],
      ['EMAIL', 'PENDING'],
    ]);
  });

  test('begins with no message that could reach nobody', async () => {
    const { customerId } = await desk.receive({
      from: { name: null, identities: [{ kind: 'EMAIL', value: `${newId()}@example.org`, verified: true }] },
    });
    await desk.system.query('delete from customer_identity where customer_id = $1', [customerId]);

    expect(await create({ customerId, text: 'Hello?' })).toMatchObject({
      ok: false,
      error: { code: 'INVALID', field: 'text' },
    });
    expect(await create({ customerId })).toMatchObject({ ok: true, value: { channel: 'API' } });
  });
});

describe('an internal ticket', () => {
  test('begins with a note, and no message to anybody ever comes onto it', async () => {
    const ticket = await made({ text: 'Order new chairs' });

    const answer = await replyToTicket(desk.deps, desk.ours.caller, {
      ticketId: ticket.id,
      text: 'To whom?',
      html: null,
      cc: ['somebody@example.org'],
      attachmentIds: [],
      idempotencyKey: null,
      expectedLastMessageId: null,
      status: 'PENDING',
    });

    expect(ticket).toMatchObject({
      status: 'OPEN',
      channel: 'INTERNAL',
      customerId: null,
      messageCount: 0,
      lastMessageId: null,
    });
    expect(answer).toMatchObject({ ok: false, error: { code: 'INVALID', field: 'ticketId' } });
    expect(await timelineOf(ticket.id)).toMatchObject([
      { __typename: 'Note', text: 'Order new chairs', mentions: [], author: { id: desk.ours.agentId } },
      { __typename: 'TicketChange', kind: 'CREATED' },
    ]);
    expect(await desk.eventsOf(ticket.id)).toMatchObject([
      { kind: 'TICKET_CREATED', entry: { type: 'NOTE', text: 'Order new chairs' } },
    ]);
  });

  test('keeps its notes to itself when it becomes a customer’s', async () => {
    const ticket = await made({ text: 'Order new chairs' });
    const { customerId } = await desk.receive();

    await updateTicket(desk.deps, desk.ours.caller, { id: ticket.id, customerId: customerId ?? '' });

    expect(await timelineOf(ticket.id)).toMatchObject([{ __typename: 'Note' }, {}, { kind: 'CUSTOMER' }]);
    expect((await desk.ticket(ticket.id)).messageCount).toBe(0);
  });
});

describe('custom fields', () => {
  test('have their defaults, and what is required must be given', async () => {
    const define = `mutation ($input: CustomFieldDefinitionInput!) { upsertCustomField(input: $input) { userErrors { code message } } }`;
    for (const input of [
      { key: 'severity', label: 'Severity', type: 'NUMBER', required: true },
      { key: 'region', label: 'Region', type: 'TEXT', default: 'EU' },
    ]) {
      await desk.data(define, { input });
    }

    const without = await create();
    const wrong = await create({ fields: [{ key: 'severity', value: 'high' }] });
    const ticket = await made({ fields: [{ key: 'severity', value: 2 }] });
    await desk.data(define, { input: { key: 'severity', archived: true } });

    expect(without).toMatchObject({ ok: false, error: { code: 'INVALID', field: 'fields' } });
    expect(wrong).toMatchObject({ ok: false, error: { code: 'INVALID', field: 'fields' } });
    expect(ticket.fields).toEqual({ region: 'EU', severity: 2 });
    expect(await create()).toMatchObject({ ok: true, value: { fields: { region: 'EU' } } });
  });
});

describe('a customer who would lack what is required', () => {
  const define = async (key: string, parts: object): Promise<void> => {
    await desk.data(
      `mutation ($input: CustomFieldDefinitionInput!) { upsertCustomField(input: $input) { userErrors { code } } }`,
      { input: { key, appliesTo: 'CUSTOMER', label: key, type: 'TEXT', ...parts } },
    );
  };

  test('is not made, and the fields are named; who is known is found, and a default will do', async () => {
    const known = await desk.receive();
    const customerEmail = `${newId()}@example.org`;
    await define('contract', { required: true });
    await define('tier', { required: true, default: 'basic' });

    const refused = await create({ customerEmail });
    const found = await made({ customerEmail: 'kim@example.org' });
    await define('contract', { default: 'none' });
    const ticket = await made({ customerEmail });
    for (const key of ['contract', 'tier']) await define(key, { archived: true });

    expect(refused).toMatchObject({ ok: false, error: { code: 'INVALID', field: 'customerEmail' } });
    expect(JSON.stringify(refused)).toMatch(/contract(?!.*tier)/);
    expect(found.customerId).toBe(known.customerId);
    const { rows } = await desk.system.query('select fields from customer where id = $1', [
      ticket.customerId,
    ]);
    expect(rows).toEqual([{ fields: { contract: 'none', tier: 'basic' } }]);
  });
});

describe('a ticket that cannot be', () => {
  const many = (count: number): string[] => Array.from({ length: count }, (_, n) => `t${n}`);
  const text = 'Hello';
  const html = '<p>Hello</p>';
  const customerEmail = 'a@example.org';

  test.each<[string, Partial<CreateTicketInput>, string, string]>([
    ['without subject', { subject: ' \u0000' }, 'INVALID', 'subject'],
    ['with too long a subject', { subject: 'x'.repeat(maxSubjectLength + 1) }, 'LIMIT_EXCEEDED', 'subject'],
    ['with 51 tags', { tags: many(51) }, 'LIMIT_EXCEEDED', 'tags'],
    ['with 101 times the same tag', { tags: Array<string>(101).fill('a') }, 'LIMIT_EXCEEDED', 'tags'],
    ['with a tag of 65 characters', { tags: ['x'.repeat(65)] }, 'LIMIT_EXCEEDED', 'tags'],
    ['with an empty text', { text: '', customerEmail }, 'INVALID', 'text'],
    ['with too long a note', { text: 'x'.repeat(50_001) }, 'LIMIT_EXCEEDED', 'text'],
    ['with too long a text', { text: 'x'.repeat(200_001), customerEmail }, 'LIMIT_EXCEEDED', 'text'],
    ['with HTML alone', { html, customerEmail }, 'INVALID', 'html'],
    ['with HTML on an internal ticket', { text, html }, 'INVALID', 'html'],
    ['of no mail address', { customerEmail: 'nobody' }, 'INVALID', 'customerEmail'],
    ['of a customer named twice', { customerEmail, customerId: newId() }, 'INVALID', 'customerEmail'],
    ['of an unknown customer', { customerId: newId() }, 'NOT_FOUND', 'customerId'],
    ['of no customer’s id', { customerId: 'x' }, 'NOT_FOUND', 'customerId'],
    ['for an unknown agent', { assigneeId: newId() }, 'NOT_FOUND', 'assigneeId'],
    ['for an unknown team', { teamId: newId() }, 'NOT_FOUND', 'teamId'],
    ['with an unknown field', { fields: [{ key: 'colour', value: 'red' }] }, 'INVALID', 'fields'],
  ])('%s is refused, and nothing is written', async (_name, parts, code, field) => {
    const before = await ticketCount();

    const result = await create(parts);

    expect(result).toMatchObject({ ok: false, error: { code, field } });
    expect(await ticketCount()).toBe(before);
  });

  test('of a viewer of another workspace’s customer is refused as an unknown one’s', async () => {
    const theirs = await desk.receive({}, desk.theirs);

    expect(await create({ customerId: theirs.customerId })).toEqual(await create({ customerId: newId() }));
  });

  test('is the only one that is: at every limit it can be', async () => {
    const ticket = await made({
      subject: 'x'.repeat(maxSubjectLength),
      tags: many(50),
      text: 'x'.repeat(50_000),
    });

    expect([ticket.subject.length, ticket.tags.length]).toEqual([maxSubjectLength, 50]);
  });
});

describe('the same key', () => {
  test('fault 22: makes one ticket, and one customer, however often and whenever', async () => {
    const parts = { idempotencyKey: newId(), customerEmail: `${newId()}@example.org`, text: 'Hello' };

    const tickets = await Promise.all(Array.from({ length: 20 }, () => made(parts)));
    const later = await made(parts);

    expect(new Set([...tickets, later].map(({ id }) => id)).size).toBe(1);
    expect(later.messageCount).toBe(1);
  });

  test.each<[string, Partial<CreateTicketInput>]>([
    ['subject', { subject: 'Other' }],
    ['text', { text: 'Other' }],
    ['priority', { priority: 'LOW' }],
    ['team', { teamId: newId() }],
    ['assignee', { assigneeId: newId() }],
    ['tags', { tags: ['other'] }],
    ['fields', { fields: [{ key: 'a', value: 1 }] }],
    ['customer', { customerEmail: 'other@example.org' }],
  ])('fault 22: with another %s is refused', async (_name, other) => {
    const idempotencyKey = newId();
    await made({ idempotencyKey });

    expect(await create({ idempotencyKey, ...other })).toMatchObject({
      ok: false,
      error: { code: 'DUPLICATE', field: 'idempotencyKey' },
    });
  });

  test('fault 22: of another mutation is refused', async () => {
    const idempotencyKey = newId();
    const ticket = await made({ idempotencyKey });
    const input = { ticketId: ticket.id, text: 'A note', idempotencyKey };

    const { addNote } = await desk.data<{ addNote: object }>(
      `mutation ($input: AddNoteInput!) { addNote(input: $input) { note { id } userErrors { code field } } }`,
      { input },
    );

    expect(addNote).toEqual({
      note: null,
      userErrors: [{ code: 'DUPLICATE', field: ['input', 'idempotencyKey'] }],
    });
  });
});

test('over GraphQL the defaults are those of the schema; a viewer and a connector may not', async () => {
  const query = `mutation { createTicket(input: { subject: "Plain" }) {
    ticket { subject status priority channel customer { id } } userErrors { code } } }`;

  const { createTicket: answer } = await desk.data<{ createTicket: object }>(query);
  const refused = await Promise.all([
    desk.ask(query, {}, { role: 'VIEWER' }),
    desk.ask(query, {}, { role: 'CONNECTOR' }),
  ]);

  expect(answer).toEqual({
    ticket: { subject: 'Plain', status: 'OPEN', priority: 'NORMAL', channel: 'INTERNAL', customer: null },
    userErrors: [],
  });
  expect(refused.map(({ errors }) => errors?.[0]?.extensions.code)).toEqual(['FORBIDDEN', 'FORBIDDEN']);
});
