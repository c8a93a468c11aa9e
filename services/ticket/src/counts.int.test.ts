import { ticketPriorities, ticketStatuses } from '@smart-tickets/contracts';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { EventFeed } from '@smart-tickets/kit/event-feed';
import { newId } from '@smart-tickets/kit/ids';
import { createLogger } from '@smart-tickets/kit/logger';
import { eventually } from '@smart-tickets/testing/eventually';
import { Subscriber } from '../test/subscriber.ts';
import { sampleMessage, TicketDesk } from '../test/ticket-desk.ts';
import type { TicketFilter } from './domain/filter.ts';
import type { TicketCount, TicketCountBy } from './domain/ticket-counts.ts';
import { CountFeed, maxBoards, type CountRequest } from './use-cases/count-feed.ts';
import { receiveMessage } from './use-cases/receive-message.ts';

let desk: TicketDesk;
beforeAll(async () => {
  desk = await TicketDesk.open();
});
afterAll(async () => {
  await desk.close();
});

const countsOf = async (by: TicketCountBy, filter: TicketFilter = {}): Promise<TicketCount[]> =>
  (
    await desk.data<{ ticketCounts: TicketCount[] }>(
      `query ($by: TicketCountBy!, $filter: TicketFilter) {
         ticketCounts(by: $by, filter: $filter) { key count awaitingReply } }`,
      { by, filter },
    )
  ).ticketCounts;

interface Row {
  readonly status: string;
  readonly priority: string;
  readonly channel: string;
  readonly team: { readonly id: string } | null;
  readonly assignee: { readonly id: string } | null;
  readonly awaitingReplySince: string | null;
}

/** All rows of `tickets` under a filter, page by page. */
async function rowsOf(filter: TicketFilter): Promise<Row[]> {
  const rows: Row[] = [];
  for (let after: string | null = null; ;) {
    const { tickets }: { tickets: { nodes: Row[]; pageInfo: { hasNextPage: boolean; endCursor: string } } } =
      await desk.data(
        `query ($filter: TicketFilter, $after: String) {
           tickets(filter: $filter, orderBy: CREATED_ASC, first: 100, after: $after) {
             nodes { status priority channel team { id } assignee { id } awaitingReplySince }
             pageInfo { hasNextPage endCursor } } }`,
        { filter, after },
      );
    rows.push(...tickets.nodes);
    if (!tickets.pageInfo.hasNextPage) return rows;
    after = tickets.pageInfo.endCursor;
  }
}

const keyOf: Record<TicketCountBy, (row: Row) => string> = {
  STATUS: ({ status }) => status,
  PRIORITY: ({ priority }) => priority,
  CHANNEL: ({ channel }) => channel,
  TEAM: ({ team }) => team?.id ?? 'none',
  ASSIGNEE: ({ assignee }) => assignee?.id ?? 'none',
};

/** What the counts must be, counted from the rows of the list. */
async function expected(by: TicketCountBy, filter: TicketFilter = {}): Promise<TicketCount[]> {
  const groups = Map.groupBy(await rowsOf(filter), keyOf[by]);
  return [...groups]
    .map(([key, rows]) => ({
      key,
      count: rows.length,
      awaitingReply: rows.filter(({ awaitingReplySince }) => awaitingReplySince !== null).length,
    }))
    .sort((a, b) => b.count - a.count || (a.key < b.key ? -1 : 1));
}

/** A stream of numbers that is the same in every run. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

async function change(id: string, input: object): Promise<void> {
  await desk.data(
    `mutation ($input: UpdateTicketInput!) { updateTicket(input: $input) { userErrors { code } } }`,
    { input: { id, ...input } },
  );
}

/** Random changes, some of which are refused: the counts follow whatever came of them. */
async function stir(random: (below: number) => number, tickets: string[], times: number): Promise<void> {
  const { ours } = desk;
  for (let i = 0; i < times; i += 1) {
    const id = tickets[random(tickets.length)] ?? '';
    switch (random(5)) {
      case 0:
        tickets.push((await desk.receive({ channelKind: random(2) === 0 ? 'CHAT' : 'EMAIL' })).id);
        break;
      case 1:
        await change(id, { status: ticketStatuses[random(ticketStatuses.length)] });
        break;
      case 2:
        await change(id, { priority: ticketPriorities[random(ticketPriorities.length)] });
        break;
      case 3:
        await change(id, { teamId: [ours.teamId, ours.otherTeamId, null][random(3)] });
        break;
      default:
        await change(id, { assigneeId: [ours.agentId, ours.otherAgentId, null][random(3)] });
    }
  }
}

const bys = ['STATUS', 'PRIORITY', 'CHANNEL', 'TEAM', 'ASSIGNEE'] as const;

describe('counts', () => {
  test('are those of the rows that the list shows under the same filter', async () => {
    const { ours } = desk;
    await stir(numbers(7), [(await desk.receive()).id], 60);
    await desk.receive({}, desk.theirs);

    const filters: TicketFilter[] = [
      {},
      { awaitingReply: true },
      { status: ['NEW', 'OPEN'] },
      { teamId: [ours.teamId, 'no id'] },
      { assigneeId: [] },
      { unassigned: true, priority: ['URGENT', 'HIGH'] },
      { snoozed: false, channel: ['CHAT'] },
    ];
    for (const filter of filters) {
      for (const by of bys) expect(await countsOf(by, filter)).toEqual(await expected(by, filter));
    }
  });

  test('are refused like the list', async () => {
    const query = 'query ($filter: TicketFilter) { ticketCounts(by: STATUS, filter: $filter) { key } }';
    const tags = Array.from({ length: 101 }, (_, index) => `tag${index}`);

    const overlong = await desk.ask(query, { filter: { tags } });
    const stranger = await desk.ask(query, {}, { role: 'CONNECTOR' });

    expect(overlong.errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
    expect(stranger.errors?.[0]?.extensions.code).toBe('FORBIDDEN');
  });

  test('have at most a thousand keys, those with the most tickets', async () => {
    const { theirs, system } = desk;
    const ticket = await desk.receive({}, theirs);
    const columns = `number, subject, status, priority, channel, tags, created_at, updated_at, version,
                     message_count, entry_count`;
    await system.query(
      `insert into ticket (workspace_id, id, assignee_id, ${columns.replace('number', 'number')})
       select workspace_id, gen_random_uuid(), gen_random_uuid(), 1000 + n, subject, status, priority, channel, tags,
              created_at, updated_at, version, message_count, entry_count
         from ticket, generate_series(1, 1000) as n where id = $1`,
      [ticket.id],
    );

    const { ticketCounts } = await desk.data<{ ticketCounts: TicketCount[] }>(
      '{ ticketCounts(by: ASSIGNEE) { key count awaitingReply } }',
      {},
      { workspaceId: theirs.workspaceId },
    );

    expect(ticketCounts).toHaveLength(1_000);
    expect(ticketCounts[0]).toMatchObject({ key: 'none' });
  });
});

const subscription = `subscription ($by: TicketCountBy!, $filter: TicketFilter) {
  ticketCountsChanged(by: $by, filter: $filter) { key count awaitingReply } }`;
type Told = { readonly ticketCountsChanged: TicketCount[] };

describe('pushed counts', () => {
  test('scenario 30: equal the rows of the list after every change', async () => {
    const random = numbers(42);
    const tickets = [(await desk.receive()).id, (await desk.receive()).id];
    const wanted: [TicketCountBy, TicketFilter][] = [
      ['STATUS', {}],
      ['TEAM', { status: ['NEW', 'OPEN', 'PENDING'] }],
      ['ASSIGNEE', { awaitingReply: true, priority: ['NORMAL', 'HIGH'] }],
      ['CHANNEL', { unassigned: true }],
    ];
    const boards = wanted.map(
      ([by, filter]) => [by, filter, new Subscriber<Told>(desk, subscription, { by, filter })] as const,
    );

    for (let round = 0; round < 6; round += 1) {
      await stir(random, tickets, 12);
      for (const [by, filter, board] of boards) {
        const rows = JSON.stringify(await expected(by, filter));
        await board.until(({ ticketCountsChanged }) => JSON.stringify(ticketCountsChanged) === rows);
      }
    }

    for (const [, , board] of boards) {
      const texts = board.received.map((told) => JSON.stringify(told));
      expect(texts.filter((text, index) => text === texts[index - 1])).toEqual([]);
      await board.close();
    }
  }, 60_000);

  test('are not pushed for what leaves them as they are', async () => {
    const ticket = await desk.receive();
    const board = new Subscriber<Told>(desk, subscription, { by: 'STATUS' });
    const before = await board.until(() => true);

    await change(ticket.id, { subject: 'Another subject' });
    await change(ticket.id, { priority: 'URGENT' });
    await change(ticket.id, { status: 'SPAM' });

    const after = await board.until((told) => JSON.stringify(told) !== JSON.stringify(before));
    expect(after.ticketCountsChanged).toEqual(await expected('STATUS'));
    expect(board.received).toHaveLength(2);
    await board.close();
  });

  test('begin with the counts, also where there is nothing to count', async () => {
    const board = new Subscriber<Told>(desk, subscription, { by: 'TEAM', filter: { teamId: [newId()] } });

    expect(await board.until(() => true)).toEqual({ ticketCountsChanged: [] });
    await board.close();
  });

  test('are refused like the list', async () => {
    const refused = new Subscriber<Told>(desk, subscription, { by: 'TEAM' }, { role: 'CONNECTOR' });

    expect(await refused.end()).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
    await refused.close();
  });
});

describe('the feed of counts', () => {
  const log = createLogger('test', 'silent');
  const open = () => {
    const hints = {
      publish: () => Promise.resolve(),
      subscribe: () => Promise.resolve(),
      close: () => Promise.resolve(),
    };
    const events = new EventFeed(desk.system, hints, log);
    return { events, counts: new CountFeed(desk.deps.pool, events, log) };
  };
  const watch = (counts: CountFeed, what: CountRequest) => {
    const watched = counts.watch(what);
    if (!watched.ok) throw new Error(watched.error);
    return watched.value;
  };
  const request = () => ({ workspaceId: desk.ours.workspaceId, filter: {}, by: 'STATUS' as const });

  test('counts once for all who watch the same, and frees it when the last leaves', async () => {
    const { events, counts } = open();
    const [one, two] = [watch(counts, request()), watch(counts, request())];
    const other = watch(counts, { ...request(), by: 'TEAM' });

    const first = await Promise.all([one.next(), two.next()]);
    const sizes = [counts.size];
    for (const watcher of [one, two, other]) {
      await watcher.return?.();
      sizes.push(counts.size);
    }

    expect(first[0]).toEqual(first[1]);
    expect(sizes).toEqual([2, 2, 1, 0]);
    await counts.close();
    await events.close();
  });

  test('gives a slow watcher the newest counts and ends when it closes', async () => {
    const { events, counts } = open();
    const watcher = watch(counts, request());
    await watcher.next();
    const quick = watch(counts, request());
    await quick.next();
    for (let i = 0; i < 3; i += 1) {
      await receiveMessage(desk.deps, desk.job(sampleMessage()));
      await quick.next();
    }

    const newest = await watcher.next();
    const waiting = watcher.next();
    await eventually(async () => JSON.stringify(newest.value) === JSON.stringify(await expected('STATUS')));
    await counts.close();

    expect(await waiting).toEqual({ done: true, value: undefined });
    await events.close();
  });

  /** Different counts of a workspace, which are all zero. */
  const different = (workspaceId: string, many: number): CountRequest[] =>
    Array.from({ length: many }, () => ({
      workspaceId,
      filter: { teamId: [newId()] },
      by: 'STATUS' as const,
    }));

  test(`watches ${maxBoards} different counts of a workspace and no more, until one is left`, async () => {
    const { events, counts } = open();
    const { ours, theirs } = desk;
    const requests = different(ours.workspaceId, maxBoards);
    const [first, ...others] = requests.map((one) => watch(counts, one));

    const refused = counts.watch(request());
    const same = counts.watch(requests[0]!);
    const elsewhere = counts.watch({ ...request(), workspaceId: theirs.workspaceId });
    await first?.return?.();
    const shared = counts.watch(request());
    if (same.ok) await same.value.return?.();
    const free = counts.watch(request());

    expect([refused, shared]).toEqual([
      { ok: false, error: 'LIMIT_EXCEEDED' },
      { ok: false, error: 'LIMIT_EXCEEDED' },
    ]);
    expect([same.ok, elsewhere.ok, free.ok]).toEqual([true, true, true]);
    for (const watcher of others) await watcher.return?.();
    await counts.close();
    await events.close();
  });

  test('makes two counts at a time, and gives everybody theirs', async () => {
    const { events, counts } = open();
    const holder = await desk.system.connect();
    await holder.query('begin');
    await holder.query('lock table ticket in access exclusive mode');
    const counting = async (): Promise<number> => {
      const { rows } = await holder.query<{ many: number }>(
        // Timers of the service, which write, may wait for the table as well.
        `select count(*)::int as many from pg_locks l join pg_database d on d.oid = l.database
          where d.datname = current_database() and not l.granted and l.relation = 'ticket'::regclass
            and l.mode = 'AccessShareLock'`,
      );
      return rows[0]?.many ?? 0;
    };

    const watchers = different(desk.ours.workspaceId, 10).map((one) => watch(counts, one));
    const firsts = Promise.all(watchers.map((watcher) => watcher.next()));
    await eventually(async () => (await counting()) >= 2);
    let most = 0;
    for (let look = 0; look < 50; look += 1) most = Math.max(most, await counting());
    await holder.query('commit');
    holder.release();

    expect(most).toBe(2);
    expect(new Set((await firsts).map(({ value }) => JSON.stringify(value)))).toEqual(new Set(['[]']));
    await counts.close();
    await events.close();
  });
});

test('a board too many is refused with what to do', async () => {
  const boards = Array.from(
    { length: maxBoards },
    () => new Subscriber<Told>(desk, subscription, { by: 'TEAM', filter: { teamId: [newId()] } }),
  );
  await Promise.all(boards.map((board) => board.until(() => true)));

  const refused = new Subscriber<Told>(desk, subscription, { by: 'TEAM', filter: { teamId: [newId()] } });

  expect(await refused.end()).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
  await Promise.all([...boards, refused].map((board) => board.close()));
});
