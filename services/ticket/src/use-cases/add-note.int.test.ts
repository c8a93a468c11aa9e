import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { newId } from '@smart-tickets/kit/ids';
import { TicketDesk } from '../../test/ticket-desk.ts';
import type { Ticket } from '../domain/ticket.ts';
import { addNote, maxMentions, type NoteInput } from './add-note.ts';
import { updateTicket } from './update-ticket.ts';

let desk: TicketDesk;
let ticket: Ticket;
beforeAll(async () => {
  desk = await TicketDesk.open();
});
afterAll(() => desk.close());
beforeEach(async () => {
  ticket = await desk.receive();
});

const note = (parts: Partial<NoteInput> = {}, caller = desk.ours.caller) =>
  addNote(desk.deps, caller, {
    ticketId: ticket.id,
    text: 'Between us',
    mentionAgentIds: [],
    idempotencyKey: null,
    ...parts,
  });

const add = `mutation ($input: AddNoteInput!) { addNote(input: $input) {
  note { id ticket { id } author { ... on Agent { id } } text mentions { id } createdAt }
  userErrors { code field } } }`;

describe('a note', () => {
  test('is told to agents, and changes nothing about who waits for whom', async () => {
    const { agentId, otherAgentId } = desk.ours;

    const { addNote: added } = await desk.data<{ addNote: { note: { id: string } } }>(add, {
      input: {
        ticketId: ticket.id.toUpperCase(),
        text: 'Look\u0000!',
        mentionAgentIds: [otherAgentId, otherAgentId.toUpperCase()],
      },
    });

    const now = await desk.ticket(ticket.id);
    expect(added).toEqual({
      note: {
        id: added.note.id,
        ticket: { id: ticket.id },
        author: { id: agentId },
        text: 'Look!',
        mentions: [{ id: otherAgentId }],
        createdAt: now.updatedAt,
      },
      userErrors: [],
    });
    expect(now).toEqual({ ...ticket, version: 2, updatedAt: now.updatedAt });
    const [event] = (await desk.eventsOf(ticket.id)).slice(-1);
    expect(event).toMatchObject({
      kind: 'NOTE_ADDED',
      changed: [],
      entry: {
        type: 'NOTE',
        id: added.note.id,
        text: 'Look!',
        mentions: [otherAgentId],
        author: { id: agentId },
      },
    });
  });

  test('is never shown as a message, but as a note wherever entries are', async () => {
    const added = await note();
    const id = added.ok ? added.value.id : '';

    const shown = await desk.data<Record<string, unknown>>(
      `query ($ticket: ID!, $refs: [_Any!]!) {
        ticket(id: $ticket) { messageCount lastMessage { id } timeline { nodes { __typename } }
          notes: timeline(kinds: [NOTE]) { nodes { __typename } }
          messages: timeline(kinds: [MESSAGE]) { nodes { __typename } } }
        _entities(representations: $refs) { __typename ... on Note { id text } ... on Message { id text } } }`,
      {
        ticket: ticket.id,
        refs: [
          { __typename: 'Note', id },
          { __typename: 'Message', id },
          { __typename: 'Note', id: ticket.lastMessageId },
        ],
      },
    );

    expect(shown).toEqual({
      ticket: {
        messageCount: 1,
        lastMessage: { id: ticket.lastMessageId },
        timeline: { nodes: [{ __typename: 'Message' }, { __typename: 'Note' }] },
        notes: { nodes: [{ __typename: 'Note' }] },
        messages: { nodes: [{ __typename: 'Message' }] },
      },
      _entities: [{ __typename: 'Note', id, text: 'Between us' }, null, null],
    });
  });

  test('is for the eyes of the workspace only', async () => {
    const added = await note();
    const refs = [{ __typename: 'Note', id: added.ok ? added.value.id : '' }];
    const query = `query ($refs: [_Any!]!) { _entities(representations: $refs) { ... on Note { text } } }`;

    const asked = await Promise.all([
      desk.ask(query, { refs }, { workspaceId: desk.theirs.workspaceId, subject: desk.theirs.agentId }),
      desk.ask(query, { refs }, { role: 'CONNECTOR' }),
    ]);

    expect(asked.map(({ data }) => data)).toEqual([{ _entities: [null] }, { _entities: [null] }]);
    expect(await note({}, desk.theirs.caller)).toEqual({
      ok: false,
      error: { code: 'NOT_FOUND', field: 'ticketId', message: expect.any(String) },
    });
  });

  test.each(['CLOSED', 'SPAM', 'RESOLVED'] as const)('is taken on a ticket that is %s', async (status) => {
    await updateTicket(desk.deps, desk.ours.caller, { id: ticket.id, status });

    expect(await note()).toMatchObject({ ok: true });
    expect((await desk.ticket(ticket.id)).status).toBe(status);
  });

  test('is refused on a merged ticket with the name of its heir', async () => {
    const heir = await desk.receive();
    await desk.system.query('update ticket set merged_into = $2, heir_id = $2 where id = $1', [
      ticket.id,
      heir.id,
    ]);

    expect(await note()).toMatchObject({
      ok: false,
      error: { code: 'NOT_ALLOWED_IN_STATUS', field: 'ticketId', message: expect.stringContaining(heir.id) },
    });
  });

  test.each<[string, Partial<NoteInput>, string, string]>([
    ['no ticket', { ticketId: 'x' }, 'NOT_FOUND', 'ticketId'],
    ['no text', { text: '\u0000' }, 'INVALID', 'text'],
    ['50,001 characters', { text: 'x'.repeat(50_001) }, 'LIMIT_EXCEEDED', 'text'],
    ['an unknown agent', { mentionAgentIds: [newId()] }, 'NOT_FOUND', 'mentionAgentIds'],
    ['nobody’s id', { mentionAgentIds: ['x'] }, 'NOT_FOUND', 'mentionAgentIds'],
    [
      '51 mentions',
      { mentionAgentIds: Array.from({ length: maxMentions + 1 }, () => newId()) },
      'LIMIT_EXCEEDED',
      'mentionAgentIds',
    ],
  ])('of %s is refused, and nothing is written', async (_name, parts, code, field) => {
    expect(await note(parts)).toMatchObject({ ok: false, error: { code, field } });
    expect(await desk.ticket(ticket.id)).toEqual(ticket);
  });

  test('of 50,000 characters is taken', async () => {
    expect(await note({ text: 'x'.repeat(50_000) })).toMatchObject({ ok: true });
  });

  test('of a viewer is refused', async () => {
    const answer = await desk.ask(
      add,
      { input: { ticketId: ticket.id, text: 'Hm' } },
      { role: 'VIEWER', subject: desk.ours.viewerId },
    );

    expect(answer.errors?.[0]?.extensions.code).toBe('FORBIDDEN');
  });
});

describe('the same key', () => {
  test('fault 22: adds one note, however often and at once; other input is refused', async () => {
    const idempotencyKey = newId();

    const results = await Promise.all(Array.from({ length: 30 }, () => note({ idempotencyKey })));
    const others = [
      await note({ idempotencyKey, text: 'Other' }),
      await note({ idempotencyKey, mentionAgentIds: [desk.ours.agentId] }),
    ];

    expect(new Set(results.map((result) => result.ok && result.value.id)).size).toBe(1);
    expect((await desk.ticket(ticket.id)).version).toBe(2);
    expect(others).toMatchObject([{ error: { code: 'DUPLICATE' } }, { error: { code: 'DUPLICATE' } }]);
  });
});

test('notes of many at once follow each other', async () => {
  await Promise.all(Array.from({ length: 20 }, (_, n) => note({ text: `Note ${n}` })));

  const events = await desk.eventsOf(ticket.id);
  expect(events.map(({ ticket: { version } }) => version)).toEqual(
    Array.from({ length: 21 }, (_, n) => n + 1),
  );
});
