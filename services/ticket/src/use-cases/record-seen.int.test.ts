import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { newId } from '@smart-tickets/kit/ids';
import { createLogger } from '@smart-tickets/kit/logger';
import { appRole, createPool } from '@smart-tickets/kit/postgres';
import { eventually } from '@smart-tickets/testing/eventually';
import { Subscriber } from '../../test/subscriber.ts';
import { TicketDesk, type Workplace } from '../../test/ticket-desk.ts';
import type { Ticket } from '../domain/ticket.ts';
import { trimSeen } from '../persistence/seen-store.ts';
import { maxWaitingSeen, SeenRecorder } from './record-seen.ts';

const log = createLogger('test', 'silent');
let desk: TicketDesk;
let ticket: Ticket;
beforeAll(async () => {
  desk = await TicketDesk.open();
});
afterAll(() => desk.close());
beforeEach(async () => {
  ticket = await desk.receive();
});

/** A colleague of ours: an agent whom the service has never met. */
const colleague = (role: 'AGENT' | 'ADMIN' | 'VIEWER' = 'AGENT') => ({ role, subject: newId() });
type Colleague = ReturnType<typeof colleague>;

async function seenBy({ subject }: Colleague): Promise<Map<string, string | null>> {
  const { rows } = await desk.system.query<{ ticketId: string; lastMessageId: string | null }>(
    'select ticket_id as "ticketId", last_message_id as "lastMessageId" from ticket_seen where agent_id = $1',
    [subject],
  );
  return new Map(rows.map(({ ticketId, lastMessageId }) => [ticketId, lastMessageId]));
}

/** Waits until it is noted that somebody has seen the last message of a ticket as it was. */
const noted = (who: Colleague, of: Ticket): Promise<true> =>
  eventually(async () => (await seenBy(who)).get(of.id) === of.lastMessageId);

const show = (who: Colleague, fields = 'lastMessage { id }'): Promise<unknown> =>
  desk.data(`query ($id: ID!) { ticket(id: $id) { id ${fields} } }`, { id: ticket.id }, who);

interface Answered {
  readonly message: { readonly id: string } | null;
  readonly ticket: { readonly version: number } | null;
  readonly newMessages: readonly { readonly text: string }[];
  readonly userErrors: readonly { readonly code: string }[];
}

async function answer(
  who: Colleague,
  parts: object = {},
  fields = 'message { id } ticket { version } newMessages { text } userErrors { code }',
): Promise<Answered> {
  const query = `mutation ($input: ReplyToTicketInput!) { replyToTicket(input: $input) { ${fields} } }`;
  const input = { ticketId: ticket.id, text: 'An answer.', ...parts };
  return (await desk.data<{ replyToTicket: Answered }>(query, { input }, who)).replyToTicket;
}

const codes = (answered: Answered): string[] => answered.userErrors.map(({ code }) => code);

describe('an answer that names no message', () => {
  test('scenario 27: is held back by what its agent has not been given, and shows it', async () => {
    const [late, quick] = [colleague(), colleague()];
    await show(late);
    await noted(late, ticket);
    await answer(quick, { text: 'From a colleague' });

    const stale = await answer(late);

    expect(stale).toEqual({
      message: null,
      ticket: { version: 2 },
      newMessages: [{ text: 'From a colleague' }],
      userErrors: [{ code: 'CONFLICT' }],
    });
    // The refusal has shown what came in between: now it is seen.
    await noted(late, await desk.ticket(ticket.id));
    expect(codes(await answer(late))).toEqual([]);
    expect((await desk.ticket(ticket.id)).messageCount).toBe(3);
  });

  test('stays held back when the refusal was not asked to show what came', async () => {
    const [late, quick] = [colleague(), colleague()];
    await show(late);
    await noted(late, ticket);
    await answer(quick);

    await answer(late, {}, 'userErrors { code } newMessages { text }');
    await eventually(async () => (await seenBy(late)).get(ticket.id) !== ticket.lastMessageId);
    await answer(quick, { text: 'One more' });
    const blind: string[][] = [];
    for (let n = 0; n < 5; n += 1) blind.push(codes(await answer(late, {}, 'userErrors { code }')));

    expect(blind).toEqual(Array.from({ length: 5 }, () => ['CONFLICT']));
  });

  test('goes out where nothing is known of what its agent has seen', async () => {
    const [stranger, quick] = [colleague(), colleague()];
    await answer(quick);

    expect(codes(await answer(stranger))).toEqual([]);
  });

  test('follows its agent’s own answers without being held back', async () => {
    const who = colleague();
    await show(who);
    await noted(who, ticket);

    const answers = [await answer(who), await answer(who), await answer(who)];

    expect(answers.map(codes)).toEqual([[], [], []]);
  });

  test('is judged by what it names, if it names a message, whatever was noted', async () => {
    const [late, quick] = [colleague(), colleague()];
    await show(late);
    await noted(late, ticket);
    const { message } = await answer(quick);

    expect(codes(await answer(late, { expectedLastMessageId: message?.id }))).toEqual([]);
    expect(codes(await answer(quick, { expectedLastMessageId: message?.id }))).toEqual(['CONFLICT']);
  });

  test('of one who was given a ticket without messages is held back by the first', async () => {
    const [maker, quick] = [colleague(), colleague()];
    const created = await desk.data<{ createTicket: { ticket: { id: string } } }>(
      'mutation { createTicket(input: { subject: "S", customerEmail: "kim@example.org" }) { ticket { id } } }',
      {},
      maker,
    );
    const ticketId = created.createTicket.ticket.id;
    await answer(quick, { ticketId });

    const held = await answer(maker, { ticketId });

    expect(held).toMatchObject({ newMessages: [{ text: 'An answer.' }], userErrors: [{ code: 'CONFLICT' }] });
  });
});

describe('what an agent has seen', () => {
  test.each([
    ['its last message', 'lastMessage { id }'],
    ['its timeline', 'timeline(first: 1) { nodes { __typename } }'],
    ['either, in a fragment', '... on Ticket { ... { alias: lastMessage { id } } }'],
  ])('is noted when a ticket is read with %s', async (_name, fields) => {
    const who = colleague();

    await show(who, fields);

    expect(await noted(who, ticket)).toBe(true);
  });

  test.each([
    ['the end of its timeline', 'timeline(last: 5) { nodes { __typename } }', true],
    ['the beginning of it', 'timeline(first: 1) { nodes { __typename } }', false],
    ['its notes', 'timeline(kinds: [NOTE]) { nodes { __typename } }', false],
  ])('is noted where the last message is in %s', async (_name, fields, counts) => {
    const [who, other] = [colleague(), await desk.receive()];
    await answer(colleague());

    await show(who, fields);

    await desk.data(`{ ticket(id: "${other.id}") { lastMessage { id } } }`, {}, who);
    await noted(who, other);
    expect((await seenBy(who)).has(ticket.id)).toBe(counts);
  });

  test('is noted when a ticket is read by its number', async () => {
    const who = colleague('ADMIN');

    await desk.data(
      'query ($n: Int!) { ticketByNumber(number: $n) { ...shown } } fragment shown on Ticket { lastMessage { id } }',
      { n: ticket.number },
      who,
    );

    expect(await noted(who, ticket)).toBe(true);
  });

  test('is not noted of a viewer, of other reads, of reads as an entity, nor of what is left out', async () => {
    const [viewer, who] = [colleague('VIEWER'), colleague()];
    const refs = [{ __typename: 'Ticket', id: ticket.id }];
    const other = await desk.receive();

    await show(viewer);
    await show(who, 'subject');
    await show(
      who,
      'lastMessage @skip(if: true) { id } ... @include(if: false) { timeline { nodes { __typename } } }',
    );
    await desk.data('{ tickets { nodes { lastMessage { id } } } }', {}, who);
    await desk.data(
      'query ($refs: [_Any!]!) { _entities(representations: $refs) { ... on Ticket { lastMessage { id } } } }',
      { refs },
      who,
    );

    // Notes are written in order: with this one all before it would be there.
    await desk.data(`{ ticket(id: "${other.id}") { lastMessage { id } } }`, {}, who);
    await noted(who, other);
    expect([...(await seenBy(who)).keys()]).toEqual([other.id]);
    expect(await seenBy(viewer)).toEqual(new Map());
  });

  test('is noted of a subscriber to this very ticket who is shown a message', async () => {
    const [who, list, plain] = [colleague(), colleague(), colleague()];
    const query = (fields: string): string =>
      `subscription ($ids: [ID!]) { ticketEvents(ticketIds: $ids) { kind ticket { id } ${fields} } }`;
    const streams = [
      new Subscriber(desk, query('entry { __typename }'), { ids: [ticket.id.toUpperCase()] }, who),
      new Subscriber(desk, query('entry { __typename }'), {}, list),
      new Subscriber(desk, query('changed'), { ids: [ticket.id] }, plain),
    ];
    // All of them listen once each has been told of something; before, an event may pass by.
    await eventually(async () => {
      await desk.data(
        `mutation ($id: ID!) { addNote(input: { ticketId: $id, text: "Hm" }) { userErrors { code } } }`,
        { id: ticket.id },
      );
      return streams.every(({ received }) => received.length > 0);
    });

    await answer(colleague());

    const now = await desk.ticket(ticket.id);
    await noted(who, now);
    await Promise.all(
      streams.map((stream) => eventually(() => JSON.stringify(stream.latest).includes('MESSAGE_ADDED'))),
    );
    expect([await seenBy(list), await seenBy(plain)]).toEqual([new Map(), new Map()]);
    await Promise.all(streams.map((stream) => stream.close()));
  });

  test('is what a ticket shows when it is opened, unless more is known', async () => {
    const [who, reader] = [colleague(), colleague()];
    const view =
      'mutation ($id: ID!, $w: Boolean!) { viewTicket(id: $id, writing: $w) { userErrors { code } } }';
    await show(reader);
    await noted(reader, ticket);
    await desk.data(view, { id: ticket.id, w: false }, who);
    await answer(colleague());

    for (const w of [true, false]) {
      await desk.data(view, { id: ticket.id, w }, who);
      await desk.data(view, { id: ticket.id, w }, reader);
    }

    expect([codes(await answer(who)), codes(await answer(reader))]).toEqual([['CONFLICT'], ['CONFLICT']]);
  });

  test('never goes back to an older version, in whatever order it is noted', async () => {
    const who = colleague();
    const recorder = new SeenRecorder(desk.deps.pool, log);
    const { workspaceId } = desk.ours;
    const newer = { ...ticket, version: 7, lastMessageId: newId() };

    recorder.record(workspaceId, who.subject, newer);
    await recorder.settled();
    recorder.record(workspaceId, who.subject, ticket);
    await recorder.settled();

    expect(await seenBy(who)).toEqual(new Map([[ticket.id, newer.lastMessageId]]));
  });

  test('counts for a day, then is swept', async () => {
    const [old, fresh, quick] = [colleague(), colleague(), colleague()];
    await show(old);
    await show(fresh);
    await Promise.all([noted(old, ticket), noted(fresh, ticket)]);
    const age = `update ticket_seen set at = now() - make_interval(secs => $2) where agent_id = $1`;
    await desk.system.query(age, [old.subject, 86_401]);
    await desk.system.query(age, [fresh.subject, 86_000]);
    await answer(quick);

    expect([codes(await answer(old)), codes(await answer(fresh))]).toEqual([[], ['CONFLICT']]);
    await desk.system.query(age, [old.subject, 86_401]);
    await desk.system.query(trimSeen, [7, 5_000]);
    expect([(await seenBy(old)).size, (await seenBy(fresh)).size]).toEqual([0, 1]);
  });

  test('is kept apart by workspace', async () => {
    const who = colleague();
    const foreign = await desk.receive({}, desk.theirs);
    const recorder = new SeenRecorder(desk.deps.pool, log);
    const places: [Workplace, Ticket][] = [
      [desk.ours, ticket],
      [desk.theirs, foreign],
    ];

    for (const [{ workspaceId }, one] of places) recorder.record(workspaceId, who.subject, one);
    await recorder.settled();

    const { rows } = await desk.system.query<{ workspaceId: string }>(
      'select workspace_id as "workspaceId" from ticket_seen where agent_id = $1 order by ticket_id = $2 desc',
      [who.subject, ticket.id],
    );
    expect(rows.map(({ workspaceId }) => workspaceId)).toEqual([
      desk.ours.workspaceId,
      desk.theirs.workspaceId,
    ]);
  });
});

describe('the notes', () => {
  test('are dropped when they cannot be written, and neither read nor stop fails by it', async () => {
    const closed = createPool(desk.database.url, appRole, 'test-ended', 1, log);
    await closed.end();
    const recorder = new SeenRecorder(closed, log);

    recorder.record(desk.ours.workspaceId, newId(), ticket);

    await expect(recorder.settled()).resolves.toBeUndefined();
    recorder.record(desk.ours.workspaceId, 'not an id', ticket);
    await expect(recorder.settled()).resolves.toBeUndefined();
  });

  test('that wait are bounded; those beyond are dropped', async () => {
    const recorder = new SeenRecorder(desk.deps.pool, log);
    const workspaceId = desk.ours.workspaceId;

    for (let n = 0; n < maxWaitingSeen + 100; n += 1) {
      recorder.record(workspaceId, newId(), { ...ticket, id: ticket.id, version: 99 });
    }
    await recorder.settled();

    const { rows } = await desk.system.query<{ count: number }>(
      'select count(*)::int as count from ticket_seen where ticket_id = $1 and ticket_version = 99',
      [ticket.id],
    );
    expect(rows[0]?.count).toBe(maxWaitingSeen);
  });
});
