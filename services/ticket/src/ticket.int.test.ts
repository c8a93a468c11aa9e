import { jobs, type NormalisedMessage, type JobEnvelope } from '@smart-tickets/contracts';
import { openBlobs } from '@smart-tickets/kit/blobs';
import { FileLinks } from '@smart-tickets/kit/file-link';
import { newId } from '@smart-tickets/kit/ids';
import { createLogger } from '@smart-tickets/kit/logger';
import { appRole, createPool, systemRole } from '@smart-tickets/kit/postgres';
import { createTestDatabase, type TestDatabase } from '@smart-tickets/testing/databases';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type pg from 'pg';
import { readTimeline } from '../test/timeline.ts';
import { passes, type TicketFilter } from './domain/filter.ts';
import type { Ticket } from './domain/ticket.ts';
import { migrations } from './persistence/migrations/index.ts';
import { ticketSchema } from './persistence/ticket.schema.ts';
import { listTickets, positionOf, readTickets, type ListPosition } from './persistence/ticket-queries.ts';
import { workspaceSchema } from './persistence/workspace.schema.ts';
import { seedTickets } from './seed.ts';
import { assignTicket } from './use-cases/assign-ticket.ts';
import type { Deps } from './use-cases/deps.ts';
import { receiveMessage } from './use-cases/receive-message.ts';
import { replyToTicket, type ReplyInput } from './use-cases/reply-to-ticket.ts';
import { updateTicket } from './use-cases/update-ticket.ts';

const workspaceId = newId();
const agentId = newId();
const viewerId = newId();
const teamId = newId();
const caller = { workspaceId, agentId, requestId: 'test-request' };
const log = createLogger('test', 'silent');
let database: TestDatabase;
let system: pg.Pool;
let deps: Deps;

beforeAll(async () => {
  database = await createTestDatabase(migrations);
  const pool = createPool(database.url, appRole, 'test', 10, log);
  system = createPool(database.url, systemRole, 'test', 2, log);
  await seedTickets(system, {
    workspace: { id: workspaceId, name: 'W', timeZone: 'UTC' },
    teams: [{ id: teamId }],
    agents: [
      { id: agentId, role: 'AGENT' },
      { id: viewerId, role: 'VIEWER' },
    ],
  });
  deps = {
    pool,
    // No test of these has files.
    blobs: openBlobs({ BLOB_URL: 'file:///nowhere' }),
    links: new FileLinks('k'.repeat(40), undefined),
    allowInsecureWebhooks: false,
    eventsWritten: () => undefined,
    now: () => new Date(),
    newId,
  };
});
afterAll(async () => {
  await deps.pool.end();
  await system.end();
  await database.drop();
});

function job<P>(payload: P): JobEnvelope<P> {
  const cause = { requestId: 'r', eventId: null, depth: 0 };
  return { id: newId(), workspaceId, pos: 1, cause, at: new Date().toISOString(), payload };
}

function message(parts: Partial<NormalisedMessage> = {}): NormalisedMessage {
  return jobs.receiveMessage.payload.parse({
    messageId: newId(),
    channelId: newId(),
    channelKind: 'EMAIL',
    channelTeamId: null,
    from: { name: 'Ada', identities: [{ kind: 'EMAIL', value: 'ada@example.org', verified: true }] },
    to: [],
    cc: [],
    subject: 'Subject',
    text: 'Text',
    html: null,
    language: 'en',
    automatic: false,
    attachments: [],
    call: null,
    sentAt: '2026-03-02T09:00:00.000Z',
    thread: { own: `mid:${newId()}`, inReplyTo: [], references: [], conversation: null },
    ...parts,
  });
}

async function ticketOf(messageId: string): Promise<Ticket> {
  const { rows } = await system.query<{ id: string }>(
    'select ticket_id as id from timeline_entry where workspace_id = $1 and id = $2',
    [workspaceId, messageId],
  );
  const [ticket] = await readTickets(deps.pool, workspaceId, [rows[0]?.id ?? '']);
  if (ticket === undefined) throw new Error('the message is on no ticket');
  return ticket;
}

async function openTicket(): Promise<Ticket> {
  const first = message();
  await receiveMessage(deps, job(first));
  return ticketOf(first.messageId);
}

async function eventsOf(ticketId: string): Promise<{ kind: string; version: number; number: number }[]> {
  const { rows } = await system.query<{ kind: string; version: number; number: number }>(
    `select payload->>'kind' as kind, (payload#>>'{ticket,version}')::int as version,
            (payload#>>'{ticket,number}')::int as number
       from outbox where workspace_id = $1 and payload#>>'{ticket,id}' = $2 order by id`,
    [workspaceId, ticketId],
  );
  return rows;
}

const reply = (ticketId: string, parts: Partial<ReplyInput> = {}): ReplyInput => ({
  ticketId,
  text: 'An answer.',
  html: null,
  cc: [],
  attachmentIds: [],
  idempotencyKey: null,
  expectedLastMessageId: null,
  status: 'PENDING',
  ...parts,
});

describe('receiving', () => {
  test('the event carries the number that the database gave', async () => {
    const ticket = await openTicket();

    expect(await eventsOf(ticket.id)).toEqual([
      { kind: 'TICKET_CREATED', version: 1, number: ticket.number },
    ]);
  });

  test('a job delivered twice, or a message handed over twice, is on the ticket once', async () => {
    const first = message();
    const delivered = job(first);

    await Promise.all([receiveMessage(deps, delivered), receiveMessage(deps, delivered)]);
    await receiveMessage(deps, job(first));

    const ticket = await ticketOf(first.messageId);
    expect([ticket.messageCount, ticket.version]).toEqual([1, 1]);
    expect(await eventsOf(ticket.id)).toHaveLength(1);
  });

  test('twenty messages of one conversation at the same instant give one ticket', async () => {
    const conversation = `conv:${newId()}`;
    const thread = { own: null, inReplyTo: [], references: [], conversation };
    const all = Array.from({ length: 20 }, () => message({ thread }));

    await Promise.all(all.map((one) => receiveMessage(deps, job(one))));

    const tickets = await Promise.all(all.map((one) => ticketOf(one.messageId)));
    expect(new Set(tickets.map(({ id }) => id)).size).toBe(1);
    expect([tickets[0]?.messageCount, tickets[0]?.version]).toEqual([20, 20]);
  });

  test('a thread of a mailing list whose members come all at once, from different people, is one ticket', async () => {
    const list = 'friends.example.org';
    const root = `mid:${newId()}`;
    const ids = Array.from({ length: 10 }, () => `mid:${newId()}`);
    const replies = ids.map((own, index) =>
      message({
        from: { name: null, identities: [{ kind: 'EMAIL', value: `p${index}@example.org`, verified: true }] },
        list,
        thread: {
          own,
          inReplyTo: [ids[index - 1] ?? root],
          references: [root, ...ids.slice(0, index)],
          conversation: null,
        },
      }),
    );
    const first = message({ list, thread: { own: root, inReplyTo: [], references: [], conversation: null } });

    await Promise.all([...replies, first].map((one) => receiveMessage(deps, job(one))));

    const tickets = await Promise.all([...replies, first].map((one) => ticketOf(one.messageId)));
    expect(new Set(tickets.map(({ id }) => id)).size).toBe(1);
  });

  test('fifty first messages of one customer make one customer', async () => {
    const from = {
      name: 'Many',
      identities: [{ kind: 'EMAIL' as const, value: 'many@example.org', verified: true }],
    };
    const all = Array.from({ length: 50 }, () => message({ from, channelId: newId() }));

    await Promise.allSettled(all.map((one) => receiveMessage(deps, job(one))));
    for (const one of all) await receiveMessage(deps, job(one));

    const tickets = await Promise.all(all.map((one) => ticketOf(one.messageId)));
    expect(new Set(tickets.map(({ customerId }) => customerId)).size).toBe(1);
    expect(new Set(tickets.map(({ number }) => number)).size).toBe(50);
  });
});

describe('answering', () => {
  test('scenario 27: of a hundred answers to the same last message one goes out', async () => {
    const ticket = await openTicket();
    const expectedLastMessageId = ticket.lastMessageId;

    const results = await Promise.all(
      Array.from({ length: 100 }, (_, index) =>
        replyToTicket(deps, caller, reply(ticket.id, { text: `Answer ${index}`, expectedLastMessageId })),
      ),
    );

    expect(results.filter((result) => result.ok)).toHaveLength(1);
    const refused = results
      .filter((result) => !result.ok)
      .map((result) => (result.ok ? null : result.error.code));
    expect(new Set(refused)).toEqual(new Set(['CONFLICT']));
    expect((await readTickets(deps.pool, workspaceId, [ticket.id]))[0]?.messageCount).toBe(2);
  });

  test('scenario 53: the same key and input gives the first result however often; other input is refused', async () => {
    const ticket = await openTicket();
    const input = reply(ticket.id, { idempotencyKey: newId() });

    const results = await Promise.all(Array.from({ length: 20 }, () => replyToTicket(deps, caller, input)));
    const other = await replyToTicket(deps, caller, { ...input, text: 'Something else.' });

    const ids = results.map((result) => (result.ok ? result.value.message.id : result.error.code));
    expect(new Set(ids).size).toBe(1);
    expect(other).toMatchObject({ ok: false, error: { code: 'DUPLICATE', field: 'idempotencyKey' } });
    expect((await readTickets(deps.pool, workspaceId, [ticket.id]))[0]?.messageCount).toBe(2);
  });

  test('sets what an answer means for the ticket, in the row and in the timeline', async () => {
    const ticket = await openTicket();

    const result = await replyToTicket(
      deps,
      caller,
      reply(ticket.id, { text: 'Done.\u0000', status: 'RESOLVED' }),
    );

    const [row] = await readTickets(deps.pool, workspaceId, [ticket.id]);
    expect(result).toMatchObject({
      ok: true,
      value: { ticket: row, message: { text: 'Done.', direction: 'OUTBOUND' } },
    });
    expect(row).toMatchObject({ status: 'RESOLVED', awaitingReplySince: null, version: 2 });
    expect(row?.firstRepliedAt).toBe(row?.resolvedAt);
    const timeline = await readTimeline(deps.pool, workspaceId, ticket.id, 0, 10);
    expect(timeline.map((entry) => [entry.seq, entry.type])).toEqual([
      [1, 'MESSAGE'],
      [2, 'MESSAGE'],
      [3, 'CHANGE'],
    ]);
  });

  test.each([
    ['an unknown ticket', { ticketId: newId() }, 'NOT_FOUND'],
    ['no id at all', { ticketId: 'x' }, 'NOT_FOUND'],
    ['an empty text', { text: ' \u0000 ' }, 'INVALID'],
    ['a text beyond the bound', { text: 'x'.repeat(200_001) }, 'LIMIT_EXCEEDED'],
    ['back to NEW', { status: 'NEW' as const }, 'INVALID'],
  ])('is refused for %s', async (_name, parts, code) => {
    const ticket = await openTicket();

    const result = await replyToTicket(deps, caller, reply(ticket.id, parts));

    expect(result).toMatchObject({ ok: false, error: { code } });
  });
});

describe('changing', () => {
  test('what changes nothing writes nothing', async () => {
    const ticket = await openTicket();

    const result = await updateTicket(deps, caller, { id: ticket.id, status: 'NEW', removeTags: ['absent'] });

    expect(result).toEqual({ ok: true, value: ticket });
    expect(await eventsOf(ticket.id)).toHaveLength(1);
  });

  test('scenarios 31, 35: a decision of routing takes a ticket from nobody but whom it is about', async () => {
    const taken = await openTicket();
    const [free, left, done] = [await openTicket(), await openTicket(), await openTicket()];
    for (const { id } of [taken, left, done]) await updateTicket(deps, caller, { id, assigneeId: agentId });
    const decision = (ticketId: string, inPlaceOf: string | null = null) =>
      job({ ticketId, teamId, assigneeId: null, inPlaceOf, reason: 'r' });
    await updateTicket(deps, caller, { id: done.id, status: 'RESOLVED' });
    const twice = decision(free.id);
    const about = decision(left.id, agentId);
    const late = [decision(taken.id), decision(taken.id, newId()), decision(done.id, agentId)];

    await Promise.all([...late, twice, twice, about, about].map((one) => assignTicket(deps, one)));

    const rows = await readTickets(deps.pool, workspaceId, [taken.id, free.id, left.id, done.id]);
    const byId = new Map(rows.map((row) => [row.id, row]));
    expect(byId.get(taken.id)).toMatchObject({ assigneeId: agentId, teamId: null, version: 2 });
    expect(byId.get(free.id)).toMatchObject({ assigneeId: null, teamId, version: 2 });
    expect(byId.get(left.id)).toMatchObject({ assigneeId: null, teamId, version: 3 });
    expect(byId.get(done.id)).toMatchObject({ assigneeId: agentId, teamId: null, version: 3 });
  });
});

describe('listing', () => {
  test('pages meet every ticket once, in order, while tickets are added', async () => {
    const made: string[] = [];
    for (let index = 0; index < 12; index += 1) made.push((await openTicket()).id);
    const seen: Ticket[] = [];
    for (let after = null as ListPosition | null; ;) {
      const page = await listTickets(deps.pool, workspaceId, {}, 'CREATED_DESC', after, 5);
      seen.push(...page);
      const last = page.at(-1);
      if (last === undefined) break;
      after = positionOf('CREATED_DESC', last);
      await openTicket();
    }

    const ids = seen.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(made.every((id) => ids.includes(id))).toBe(true);
    const keys = seen.map(({ createdAt, id }) => createdAt + id);
    expect(keys).toEqual(keys.toSorted().toReversed());
  });

  test('the list finds exactly the tickets for which the live filter says yes', async () => {
    const ticket = await openTicket();
    await updateTicket(deps, caller, {
      id: ticket.id,
      status: 'ON_HOLD',
      assigneeId: agentId,
      addTags: ['a', 'b'],
    });
    const all = await listTickets(deps.pool, workspaceId, {}, 'CREATED_ASC', null, 1_000);
    const filters: TicketFilter[] = [
      { status: ['ON_HOLD', 'NEW'] },
      { status: [] },
      { priority: ['URGENT'] },
      { channel: ['EMAIL'] },
      { assigneeId: [agentId] },
      { teamId: [teamId] },
      { customerId: [all[0]?.customerId ?? ''] },
      { tags: ['a', 'b'] },
      { tags: ['a', 'absent'] },
      { unassigned: true },
      { unassigned: false, awaitingReply: true },
      { awaitingReply: false },
      { createdAfter: all[3]?.createdAt ?? null },
      { createdBefore: all[3]?.createdAt ?? null },
      { updatedAfter: all[3]?.updatedAt ?? null, status: ['NEW'] },
    ];

    for (const filter of filters) {
      const rows = await listTickets(deps.pool, workspaceId, filter, 'CREATED_ASC', null, 1_000);
      const expected = all.filter((one) => passes(filter, one)).map(({ id }) => id);
      expect([filter, rows.map(({ id }) => id)]).toEqual([filter, expected]);
    }
  });
});

test.each([ticketSchema, workspaceSchema])(
  'the migrated table is what its entity schema says',
  async (schema) => {
    const { tableName, columns } = schema.options;
    const { rows } = await system.query<{ name: string; nullable: boolean }>(
      `select column_name as name, is_nullable = 'YES' as nullable from information_schema.columns
      where table_schema = 'public' and table_name = $1 order by 1`,
      [tableName],
    );
    const declared = Object.entries(columns)
      .map(([field, column]) => ({ name: column?.name ?? field, nullable: column?.nullable ?? false }))
      .sort((a, b) => (a.name < b.name ? -1 : 1));

    expect(rows).toEqual(declared);
  },
);

test('only agents and admins can be assigned to', async () => {
  const ticket = await openTicket();

  const result = await updateTicket(deps, caller, { id: ticket.id, assigneeId: viewerId });

  expect(result).toEqual({ ok: false, error: { code: 'NOT_FOUND', what: 'assigneeId' } });
});

test('a closed ticket stays closed, and a ticket with a blank subject can still be changed', async () => {
  const blank = message({ subject: ' ' });
  await receiveMessage(deps, job(blank));
  const ticket = await ticketOf(blank.messageId);

  const closed = await updateTicket(deps, caller, { id: ticket.id, status: 'CLOSED' });
  const reopened = await updateTicket(deps, caller, { id: ticket.id, status: 'OPEN' });

  expect(ticket.subject).toBe('(no subject)');
  expect(closed).toMatchObject({ ok: true, value: { status: 'CLOSED' } });
  expect(reopened).toEqual({
    ok: false,
    error: { code: 'NOT_ALLOWED_IN_STATUS', from: 'CLOSED', to: 'OPEN', heirId: null },
  });
});
