import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { newId } from '@smart-tickets/kit/ids';
import { sampleMessage, TicketDesk } from '../../test/ticket-desk.ts';
import { readTimeline } from '../../test/timeline.ts';
import type { Ticket } from '../domain/ticket.ts';
import { mergeTickets } from './merge-tickets.ts';
import { receiveMessage } from './receive-message.ts';
import { replyToTicket, type ReplyInput } from './reply-to-ticket.ts';
import { updateTicket } from './update-ticket.ts';

let desk: TicketDesk;
let ticket: Ticket;
beforeAll(async () => {
  desk = await TicketDesk.open();
});
afterAll(() => desk.close());
beforeEach(async () => {
  desk.now = () => new Date();
  ticket = await desk.receive();
});

const reply = (parts: Partial<ReplyInput> = {}): ReplyInput => ({
  ticketId: ticket.id,
  text: 'An answer.',
  html: null,
  cc: [],
  attachmentIds: [],
  idempotencyKey: null,
  expectedLastMessageId: null,
  status: 'PENDING',
  ...parts,
});

const answer = (parts: Partial<ReplyInput> = {}, caller = desk.ours.caller) =>
  replyToTicket(desk.deps, caller, reply(parts));

/** What came of many calls: the id of the message, or the code of the refusal. */
function outcomes(results: readonly Awaited<ReturnType<typeof answer>>[]): string[] {
  return results.map((result) => (result.ok ? result.value.message.id : result.error.code));
}

/** A further message of the customer on the ticket. */
async function hearFromCustomer(text = 'One more thing'): Promise<string> {
  const { rows } = await desk.system.query<{ key: string }>(
    `select key from thread_key where workspace_id = $1 and ticket_id = $2 and kind = 'OWN' limit 1`,
    [desk.ours.workspaceId, ticket.id],
  );
  const thread = {
    own: `mid:${newId()}`,
    inReplyTo: [rows[0]?.key ?? ''],
    references: [],
    conversation: null,
  };
  const message = sampleMessage({ text, thread });
  await receiveMessage(desk.deps, desk.job(message));
  return message.messageId;
}

async function textsOn(ticketId: string): Promise<string[]> {
  const entries = await readTimeline(desk.deps.pool, desk.ours.workspaceId, ticketId, 0, 100);
  return entries.flatMap((entry) => (entry.type === 'MESSAGE' ? [entry.text] : []));
}

describe('an answer', () => {
  test('goes to the customer and, by mail, to whoever else is named, each once', async () => {
    const cc = ['Boss@Example.org', 'boss@example.org ', 'kim@example.org', 'other@example.org'];

    const result = await answer({
      cc,
      html: '<p onclick="x()">An <b>answer</b>.<script>steal()</script></p>',
    });

    expect(result).toMatchObject({
      ok: true,
      value: {
        message: {
          direction: 'OUTBOUND',
          channel: 'EMAIL',
          text: 'An answer.',
          html: '<p>An <b>answer</b>.</p>',
          to: ['kim@example.org'],
          cc: ['boss@example.org', 'other@example.org'],
        },
      },
    });
  });

  test('stands at the instant of its version with all that follows from it', async () => {
    desk.now = () => new Date('2001-01-01T00:00:00Z');

    await answer({ status: 'RESOLVED' });

    const now = await desk.ticket(ticket.id);
    const entries = await readTimeline(desk.deps.pool, desk.ours.workspaceId, ticket.id, 0, 100);
    expect(entries.map(({ seq, type, at }) => [seq, type, at])).toEqual([
      [1, 'MESSAGE', ticket.updatedAt],
      [2, 'MESSAGE', now.updatedAt],
      [3, 'CHANGE', now.updatedAt],
    ]);
    expect(now).toMatchObject({
      updatedAt: ticket.updatedAt,
      firstRepliedAt: now.updatedAt,
      resolvedAt: now.updatedAt,
      awaitingReplySince: null,
      lastMessageId: entries[1]?.id,
    });
  });

  test('scenario 57: is its author’s, not the assignee’s', async () => {
    const { caller, otherCaller, agentId, otherAgentId } = desk.ours;
    await updateTicket(desk.deps, caller, { id: ticket.id, assigneeId: agentId });

    await answer({}, otherCaller);

    const [event] = (await desk.eventsOf(ticket.id)).slice(-1);
    expect(event).toMatchObject({
      kind: 'MESSAGE_ADDED',
      actor: { type: 'AGENT', id: otherAgentId },
      entry: { type: 'MESSAGE', author: { type: 'AGENT', id: otherAgentId } },
      ticket: { assigneeId: agentId },
    });
    const { ticket: shown } = await desk.data<{ ticket: object }>(
      `query ($id: ID!) { ticket(id: $id) { assignee { id } lastMessage { author { ... on Agent { id } } } } }`,
      { id: ticket.id },
    );
    expect(shown).toEqual({
      assignee: { id: agentId },
      lastMessage: { author: { id: otherAgentId } },
    });
  });

  test('reaches the customer by the channel’s own identity, by a typed-in address only where there is no better one', async () => {
    const chat = await desk.receive({
      channelKind: 'CHAT',
      from: {
        name: null,
        identities: [
          { kind: 'CHAT', value: newId(), verified: true },
          { kind: 'EMAIL', value: `${newId()}@example.org`, verified: false },
        ],
      },
    });
    const typed = `${newId()}@example.org`;
    const form = await desk.receive({
      channelKind: 'WEB_FORM',
      from: { name: null, identities: [{ kind: 'EMAIL', value: typed, verified: false }] },
    });

    const byChat = await answer({ ticketId: chat.id });
    const withCopy = await answer({ ticketId: chat.id, cc: ['a@example.org'] });
    const byMail = await answer({ ticketId: form.id });

    expect(byChat.ok && byChat.value.message.to[0]).not.toMatch('@');
    expect(withCopy).toMatchObject({ ok: false, error: { code: 'INVALID', field: 'cc' } });
    expect(byMail.ok && byMail.value.message.to).toEqual([typed]);
  });

  test.each<[string, Partial<ReplyInput>, string, string]>([
    ['a ticket of nobody', { ticketId: newId() }, 'NOT_FOUND', 'ticketId'],
    ['no text', { text: ' \u0000 ' }, 'INVALID', 'text'],
    ['a text beyond the bound', { text: 'x'.repeat(200_001) }, 'LIMIT_EXCEEDED', 'text'],
    ['HTML beyond the bound', { html: 'x'.repeat(500_001) }, 'LIMIT_EXCEEDED', 'html'],
    ['49 copies', { cc: Array.from({ length: 49 }, (_, n) => `c${n}@example.org`) }, 'LIMIT_EXCEEDED', 'cc'],
    ['a copy to nowhere', { cc: ['a@example.org\r\nBcc: all@example.org'] }, 'INVALID', 'cc'],
    ['a file that is not there', { attachmentIds: [newId()] }, 'INVALID', 'attachmentIds'],
    ['back to NEW', { status: 'NEW' }, 'INVALID', 'status'],
    ['into SPAM', { status: 'SPAM' }, 'INVALID', 'status'],
    ['a key of 201 characters', { idempotencyKey: 'k'.repeat(201) }, 'INVALID', 'idempotencyKey'],
  ])('is refused for %s, and nothing is written', async (_name, parts, code, field) => {
    const result = await answer(parts);

    expect(result).toMatchObject({ ok: false, error: { code, field } });
    expect(await desk.ticket(ticket.id)).toEqual(ticket);
  });

  test('with 48 copies and all that a text holds is taken', async () => {
    const cc = Array.from({ length: 48 }, (_, n) => `c${n}@example.org`);

    const result = await answer({ cc, text: 'x'.repeat(200_000) });

    expect(result.ok && result.value.message.cc).toHaveLength(48);
  });

  test.each(['CLOSED', 'SPAM'] as const)('is refused on a ticket that is %s', async (status) => {
    await updateTicket(desk.deps, desk.ours.caller, { id: ticket.id, status });

    expect(await answer()).toMatchObject({
      ok: false,
      error: { code: 'NOT_ALLOWED_IN_STATUS', field: 'ticketId' },
    });
  });

  test('is refused on a ticket without customer, and on one of another workspace', async () => {
    const foreign = await desk.receive({}, desk.theirs);
    await desk.system.query('update ticket set customer_id = null where id = $1', [ticket.id]);

    expect(await answer()).toMatchObject({ ok: false, error: { code: 'INVALID', field: 'ticketId' } });
    expect(await answer({ ticketId: foreign.id })).toMatchObject({
      ok: false,
      error: { code: 'NOT_FOUND', field: 'ticketId' },
    });
  });

  test('is refused on a merged ticket with the name of its heir', async () => {
    const heir = await desk.receive();
    await desk.system.query('update ticket set merged_into = $2, heir_id = $2 where id = $1', [
      ticket.id,
      heir.id,
    ]);

    const result = await answer();

    expect(result).toMatchObject({
      ok: false,
      error: { code: 'NOT_ALLOWED_IN_STATUS', field: 'ticketId', message: expect.stringContaining(heir.id) },
    });
  });
});

describe('answers that cross', () => {
  test('scenario 27: a stale send is refused by the fence and shows the message', async () => {
    const colleagues = await answer({ text: 'From a colleague' }, desk.ours.otherCaller);
    const customers = await hearFromCustomer();

    const stale = await answer({ expectedLastMessageId: ticket.lastMessageId });

    const now = await desk.ticket(ticket.id);
    expect(stale).toMatchObject({
      ok: false,
      error: {
        code: 'CONFLICT',
        ticket: now,
        newMessages: [{ id: colleagues.ok && colleagues.value.message.id }, { id: customers }],
      },
    });
    expect(await answer({ expectedLastMessageId: customers })).toMatchObject({ ok: true });
    expect(await textsOn(ticket.id)).toEqual([
      'Please help',
      'From a colleague',
      'One more thing',
      'An answer.',
    ]);
  });

  test('show the newest twenty messages, oldest first, those of merged tickets among them', async () => {
    const merged = await desk.receive({ text: 'On the other ticket' });
    await desk.system.query('update ticket set merged_into = $2, heir_id = $2 where id = $1', [
      merged.id,
      ticket.id,
    ]);
    const expectedLastMessageId = ticket.lastMessageId;
    const first = await answer({ text: '0', expectedLastMessageId });

    const afterOne = await answer({ expectedLastMessageId });
    for (let n = 1; n <= 20; n += 1) await answer({ text: String(n) });
    const afterMany = await answer({ expectedLastMessageId });
    const afterUnknown = await answer({ expectedLastMessageId: newId() });

    const texts = (result: typeof first): string[] =>
      !result.ok && result.error.code === 'CONFLICT' ? result.error.newMessages.map(({ text }) => text) : [];
    expect(texts(afterOne)).toEqual(['On the other ticket', '0']);
    expect(texts(afterMany)).toEqual(Array.from({ length: 20 }, (_, n) => String(n + 1)));
    expect(texts(afterUnknown)).toEqual(texts(afterMany));
  });

  test('meet the messages of a ticket that was merged in meanwhile; an answer to that one names the heir', async () => {
    const other = await desk.receive({ text: 'On the other ticket' });
    await mergeTickets(desk.deps, desk.ours.caller, { into: ticket.id, from: [other.id] });

    const stale = await answer({ expectedLastMessageId: ticket.lastMessageId });
    const late = await answer({ ticketId: other.id });
    const fresh = await answer({ expectedLastMessageId: other.lastMessageId });

    expect(stale).toMatchObject({
      ok: false,
      error: { code: 'CONFLICT', newMessages: [{ text: 'On the other ticket' }] },
    });
    expect(late).toMatchObject({
      ok: false,
      error: { code: 'NOT_ALLOWED_IN_STATUS', message: expect.stringContaining(ticket.id) },
    });
    expect(fresh).toMatchObject({ ok: true });
  });

  test('scenario 31: two agents, one ticket, one hundred tries at once: one answer goes out', async () => {
    const expectedLastMessageId = ticket.lastMessageId;
    const intents = [
      { caller: desk.ours.caller, parts: { text: 'One', idempotencyKey: newId(), expectedLastMessageId } },
      {
        caller: desk.ours.otherCaller,
        parts: { text: 'Other', idempotencyKey: newId(), expectedLastMessageId },
      },
    ];

    const results = await Promise.all(
      Array.from({ length: 100 }, (_, n) => {
        const intent = intents[n % 2] ?? intents[0];
        return answer(intent?.parts, intent?.caller);
      }),
    );

    const made = new Set(outcomes(results).filter((outcome) => outcome !== 'CONFLICT'));
    expect([...made]).toEqual([(await desk.ticket(ticket.id)).lastMessageId]);
    expect(results.filter(({ ok }) => ok)).toHaveLength(50);
    expect(await textsOn(ticket.id)).toHaveLength(2);
    expect(await desk.eventsOf(ticket.id)).toHaveLength(2);
  });

  test('scenario 31: of two intended answers tried a hundred times each goes out once', async () => {
    const intents = [
      { text: 'One', idempotencyKey: newId() },
      { text: 'Other', idempotencyKey: newId() },
    ];

    const results = await Promise.all(Array.from({ length: 100 }, (_, n) => answer(intents[n % 2])));

    expect(new Set(outcomes(results)).size).toBe(2);
    expect((await textsOn(ticket.id)).toSorted()).toEqual(['One', 'Other', 'Please help']);
  });
});

describe('an answer that can reach nobody', () => {
  test.each(['EMAIL', 'WEB_FORM', 'INTERNAL', 'API'] as const)('on %s is refused', async (channel) => {
    const identities = [{ kind: 'EXTERNAL', value: newId(), verified: true } as const];
    ticket = await desk.receive({ channelKind: 'API', from: { name: 'Kim', identities } });
    await desk.system.query('update ticket set channel = $2 where id = $1', [ticket.id, channel]);
    await desk.system.query('delete from customer_identity where customer_id = $1', [ticket.customerId]);

    const refused = await answer();

    expect(refused).toMatchObject({ ok: false, error: { code: 'INVALID', field: 'ticketId' } });
    expect(await textsOn(ticket.id)).toHaveLength(1);
  });

  test.each(['CHAT', 'API'] as const)('for an erased customer on %s is refused', async (channelKind) => {
    const identities = [{ kind: 'EXTERNAL', value: newId(), verified: true } as const];
    ticket = await desk.receive({ channelKind, from: { name: 'Kim', identities } });
    await desk.system.query('update customer set erased_at = now() where id = $1', [ticket.customerId]);

    const refused = await answer();

    expect(refused).toMatchObject({ ok: false, error: { code: 'INVALID', field: 'ticketId' } });
    expect(JSON.stringify(refused)).toContain('erased');
  });
});
