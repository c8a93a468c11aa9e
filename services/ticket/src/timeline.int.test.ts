import { framesTransaction, statementsIn } from '@smart-tickets/testing/statements';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { Actor } from '@smart-tickets/contracts';
import { newId } from '@smart-tickets/kit/ids';
import { inWorkspace } from '@smart-tickets/kit/postgres';
import { ok } from '@smart-tickets/kit/result';
import pg from 'pg';
import { TicketDesk, type GraphQLAnswer } from '../test/ticket-desk.ts';
import { nextVersion, type Ticket } from './domain/ticket.ts';
import { TicketStore } from './persistence/ticket-store.ts';
import { writeChange } from './use-cases/change-ticket.ts';
import { linkTickets } from './use-cases/link-tickets.ts';
import { mergeTickets } from './use-cases/merge-tickets.ts';
import { unmergeTicket } from './use-cases/unmerge-ticket.ts';
import { updateTicket } from './use-cases/update-ticket.ts';

const spied = jest.spyOn(pg.Client.prototype, 'query');
let desk: TicketDesk;
let clockMs = Date.parse('2026-05-01T10:00:00.000Z');
beforeAll(async () => {
  desk = await TicketDesk.open();
  desk.now = () => new Date(clockMs);
});
afterAll(() => desk.close());

/** Names of the service's own statements while `work` was done. */
async function statementsOf(work: () => Promise<unknown>): Promise<string[]> {
  spied.mockClear();
  await work();
  return spied.mock.calls.flatMap(([given], index) => {
    const client = spied.mock.contexts[index] as { connectionParameters?: { application_name?: string } };
    if (client.connectionParameters?.application_name !== 'ticket') return [];
    const own = statementsIn(given).filter((statement) => !framesTransaction(statement));
    return own.flatMap(({ name }) => name ?? []);
  });
}

interface Page {
  readonly ids: string[];
  readonly info: { hasNextPage: boolean; hasPreviousPage: boolean; startCursor: string; endCursor: string };
}

const fields = `edges { cursor } nodes { ... on Message { id } ... on Note { id } ... on TicketChange { id } }
                pageInfo { hasNextPage hasPreviousPage startCursor endCursor }`;

async function ask(ticket: Ticket, args: string): Promise<GraphQLAnswer> {
  return desk.ask(`{ ticket(id: "${ticket.id}") { timeline${args} { ${fields} } } }`);
}

async function page(ticket: Ticket, args: string): Promise<Page> {
  const { data } = (await ask(ticket, args)) as unknown as {
    data: {
      ticket: {
        timeline: { edges: { cursor: string }[]; nodes: { id: string }[]; pageInfo: Page['info'] };
      };
    };
  };
  const { edges, nodes, pageInfo } = data.ticket.timeline;
  expect([edges[0]?.cursor ?? null, edges.at(-1)?.cursor ?? null]).toEqual([
    pageInfo.startCursor,
    pageInfo.endCursor,
  ]);
  return { ids: nodes.map(({ id }) => id), info: pageInfo };
}

/** All pages in one direction, and whether each said rightly what is on either side of it. */
async function pages(ticket: Ticket, size: number, backwards: boolean, kinds = ''): Promise<string[]> {
  const all: string[] = [];
  let cursor = '';
  for (;;) {
    const from = cursor === '' ? '' : `, ${backwards ? 'before' : 'after'}: "${cursor}"`;
    const { ids, info } = await page(ticket, `(${backwards ? 'last' : 'first'}: ${size}${from}${kinds})`);
    expect(backwards ? info.hasNextPage : info.hasPreviousPage).toBe(cursor !== '');
    if (backwards) all.unshift(...ids);
    else all.push(...ids);
    if (!(backwards ? info.hasPreviousPage : info.hasNextPage)) return all;
    expect(ids).toHaveLength(size);
    cursor = backwards ? info.startCursor : info.endCursor;
  }
}

async function stored(ids: readonly string[], condition = 'true'): Promise<string[]> {
  const { rows } = await desk.system.query<{ id: string }>(
    `select id from timeline_entry where ticket_id = any($1) and ${condition} order by at, ticket_id, seq`,
    [ids],
  );
  return rows.map(({ id }) => id);
}

async function prioritise(ticket: Ticket, priority: 'LOW' | 'HIGH'): Promise<void> {
  await updateTicket(desk.deps, desk.ours.caller, { id: ticket.id, priority });
}
/** Notes on a ticket that a clock of its service level has run out. */
async function breach(ticketId: string, actor: Actor): Promise<void> {
  const cause = { requestId: newId(), eventId: null, depth: 1 };
  await inWorkspace<undefined, never>(desk.deps.pool, desk.ours.workspaceId, async (tx) => {
    const locked = await new TicketStore(tx).lock(ticketId);
    if (locked === null) throw new Error('no ticket');
    const ticket = nextVersion(locked.ticket, {}, desk.now().toISOString());
    const changes = [{ kind: 'SLA', before: { state: 'WARNING' }, after: { state: 'BREACHED' } } as const];
    writeChange(desk.deps, tx, locked, { ticket, changes: [...changes] }, actor, cause);
    return ok(undefined);
  });
}
const merge = (into: Ticket, ...from: Ticket[]) =>
  mergeTickets(desk.deps, desk.ours.caller, { into: into.id, from: from.map(({ id }) => id) });

/** A heir with two merged tickets, whose entries lie between each other's, some at the very same instant. */
async function family(): Promise<[heir: Ticket, ...merged: Ticket[]]> {
  const tickets = [await desk.receive(), await desk.receive(), await desk.receive()] as const;
  for (let round = 0; round < 6; round += 1) {
    if (round % 2 === 0) clockMs += 1_000;
    for (const ticket of tickets) await prioritise(ticket, round % 2 === 0 ? 'HIGH' : 'LOW');
  }
  clockMs += 1_000;
  await merge(tickets[1], tickets[2]);
  await merge(tickets[0], tickets[1]);
  await prioritise(tickets[0], 'HIGH');
  return [...tickets];
}

describe('a timeline', () => {
  test('of a heir has everybody’s entries in the order of time, forwards and backwards, in pages of any size', async () => {
    const [heir, ...merged] = await family();
    const expected = await stored([heir, ...merged].map(({ id }) => id));

    for (const size of [1, 2, 7, expected.length - 1, expected.length, expected.length + 1, 100]) {
      expect(await pages(heir, size, false)).toEqual(expected);
      expect(await pages(heir, size, true)).toEqual(expected);
    }
    expect((await page(heir, '')).ids).toEqual(expected.slice(0, 25));
    expect((await page(heir, '(after: null, first: null)')).ids).toEqual(expected.slice(0, 25));
  });

  test('of a merged ticket, asked for by itself, has its own entries alone', async () => {
    const [, ...merged] = await family();

    for (const ticket of merged) expect(await pages(ticket, 3, false)).toEqual(await stored([ticket.id]));
  });

  test('holds only the kinds that are asked for', async () => {
    const [heir, ...merged] = await family();
    const ids = [heir, ...merged].map(({ id }) => id);

    expect(await pages(heir, 2, false, ', kinds: [MESSAGE]')).toEqual(await stored(ids, `type = 'MESSAGE'`));
    expect(await pages(heir, 5, true, ', kinds: [CHANGE, NOTE, CHANGE]')).toEqual(
      await stored(ids, `type = 'CHANGE'`),
    );
    expect(await page(heir, '(kinds: [])')).toMatchObject({ ids: [], info: { hasNextPage: false } });
  });

  test('goes on after a cursor whatever was merged, taken out or added since', async () => {
    const [heir, one] = await family();
    const before = await page(heir, '(first: 5)');
    const late = await desk.receive();
    clockMs += 1_000;
    await merge(heir, late);
    await unmergeTicket(desk.deps, desk.ours.caller, { id: one!.id });

    const after = await pages(heir, 4, false);
    const rest = await page(heir, `(first: 100, after: "${before.info.endCursor}")`);

    const seen = new Set(before.ids);
    expect(rest.ids).toEqual(after.filter((id) => !seen.has(id)));
  });

  test('tells rightly that nothing lies behind a cursor whose kinds begin after it', async () => {
    const ticket = await desk.receive();
    await prioritise(ticket, 'HIGH');
    const { info } = await page(ticket, '(first: 1)');

    const changes = await page(ticket, `(first: 1, after: "${info.endCursor}", kinds: [CHANGE])`);
    const nothing = await page(ticket, `(last: 1, before: "${info.startCursor}")`);

    expect(changes.info).toMatchObject({ hasPreviousPage: false, hasNextPage: false });
    expect(nothing).toMatchObject({ ids: [], info: { hasPreviousPage: false, hasNextPage: true } });
  });

  test.each([
    '(first: 1, last: 1)',
    '(first: 1, before: "x")',
    '(last: 1, after: "x")',
    '(after: "x", before: "x")',
    '(first: 0)',
    '(first: 101)',
    '(last: 0)',
    '(last: -1)',
    '(last: 101)',
    '(after: "x")',
    `(after: "${Buffer.from('[1,"timeline:x","2026-01-01T00:00:00.000Z","x",1]').toString('base64url')}")`,
  ])('asked for as %s is bad input', async (args) => {
    const ticket = await desk.receive();

    const { errors } = await ask(ticket, args);

    expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['BAD_USER_INPUT']);
  });

  test.each([
    ['a rule', { type: 'RULE', id: newId(), name: 'Parcels to dispatch' }, 'Rule'],
    ['the system', { type: 'SYSTEM', id: null, name: 'Service levels' }, 'System'],
  ] as const)('names %s that changed the ticket', async (_who, actor, typeName) => {
    const { id } = await desk.receive();

    await breach(id, actor);

    const { ticket } = await desk.data<{ ticket: { timeline: { nodes: unknown[] } } }>(
      `query ($id: ID!) { ticket(id: $id) { timeline(last: 1) { nodes { ... on TicketChange {
        kind actor { __typename ... on Rule { id } ... on System { name } } } } } } }`,
      { id },
    );
    const shown = typeName === 'Rule' ? { id: actor.id } : { name: actor.name };
    expect(ticket.timeline.nodes).toEqual([{ kind: 'SLA', actor: { __typename: typeName, ...shown } }]);
  });

  test('refuses the cursor of another ticket', async () => {
    const [one, other] = [await desk.receive(), await desk.receive()];
    const { info } = await page(one, '(first: 1)');

    const { errors } = await ask(other, `(after: "${info.endCursor}")`);

    expect(errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
  });
});

describe('a page of fifty tickets', () => {
  test('has their timelines in one statement, and so their links and heirs', async () => {
    const tickets: Ticket[] = [];
    for (let index = 0; index < 50; index += 1) tickets.push(await desk.receive());
    for (let index = 0; index < 48; index += 3) {
      await linkTickets(desk.deps, desk.ours.caller, {
        ticketId: tickets[index]!.id,
        otherId: tickets[index + 2]!.id,
        kind: 'PARENT',
      });
      clockMs += 1_000;
      await merge(tickets[index]!, tickets[index + 1]!);
    }

    let answer: unknown;
    const names = await statementsOf(async () => {
      answer = await desk.data(`{ tickets(first: 50, orderBy: CREATED_DESC) { nodes {
        id mergedInto { id } links { kind ticket { id } }
        timeline(first: 5) { nodes { ... on Message { ticket { id } } ... on TicketChange { kind } } } } } }`);
    });

    const { nodes } = (answer as { tickets: { nodes: Record<string, unknown>[] } }).tickets;
    const shown = new Map(nodes.map((node) => [node['id'], node]));
    const [heir, merged, child] = tickets.map(({ id }) => id);
    expect(nodes).toHaveLength(50);
    expect(shown.get(heir)).toMatchObject({
      mergedInto: null,
      links: [
        { kind: 'PARENT', ticket: { id: child } },
        { kind: 'MERGED_FROM', ticket: { id: merged } },
      ],
    });
    // A message is on the ticket that it came in on, also where its heir shows it.
    expect(shown.get(heir)?.['timeline']).toMatchObject({
      nodes: expect.arrayContaining([{ ticket: { id: heir } }, { ticket: { id: merged } }]) as unknown,
    });
    expect(shown.get(merged)).toMatchObject({ mergedInto: { id: heir }, links: [] });
    expect(shown.get(child)).toMatchObject({ links: [{ kind: 'CHILD', ticket: { id: heir } }] });
    expect(names.filter((name) => name.startsWith('timelines'))).toHaveLength(1);
    expect(names.filter((name) => name === 'links-of-tickets')).toHaveLength(1);
  });
});
