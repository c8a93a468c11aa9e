import { framesTransaction, statementsIn } from '@smart-tickets/testing/statements';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { newId } from '@smart-tickets/kit/ids';
import { appRole, connectionSettings } from '@smart-tickets/kit/postgres';
import pg from 'pg';
import { plantCrowd, type Crowd } from '../../test/ticket-crowd.ts';
import { TicketDesk } from '../../test/ticket-desk.ts';
import type { TicketFilter } from '../domain/filter.ts';
import { recordDelivery } from '../use-cases/record-delivery.ts';
import { readTimelines } from './timeline-queries.ts';
import { listTickets, positionOf, ticketOrders, type TicketOrder } from './ticket-queries.ts';

const tickets = 20_000;
const active = 500;
const page = 51;

/** A node of `explain (format json)`, as far as it is looked at. */
interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Index Name'?: string;
  readonly 'Index Cond'?: string;
  readonly 'Plan Rows': number;
  readonly 'Actual Rows'?: number;
  readonly 'Actual Loops'?: number;
  readonly 'Rows Removed by Filter'?: number;
  readonly Plans?: readonly PlanNode[];
}

interface Statement {
  readonly name?: string;
  readonly text: string;
  readonly values?: readonly unknown[];
}

function nodesOf(node: PlanNode): PlanNode[] {
  return [node, ...(node.Plans ?? []).flatMap(nodesOf)];
}

/** Whether a scan of an index goes over all that it has of a workspace, or of all of them. */
function isOverAll({ 'Node Type': type, 'Index Cond': condition = '' }: PlanNode): boolean {
  if (!/^(Bitmap Index|Index|Index Only) Scan/.test(type)) return false;
  return condition.split(' AND ').every((clause) => /^\(*(workspace_id = .*)?$/.test(clause));
}

/** Nodes that hand on each row as it comes, so that a limit above them ends what is below. */
const passing = ['Limit', 'LockRows', 'Subquery Scan', 'Nested Loop', 'Result', 'Incremental Sort', 'Append'];

/** Names of the tables and indexes that are read from end to end, or in all that they have of a workspace, with no limit. */
function endlessScans(plan: PlanNode, limited = false): string[] {
  const { 'Node Type': type, 'Relation Name': table = '', 'Index Name': index = '' } = plan;
  const here = type === 'Seq Scan' ? [table] : isOverAll(plan) && !limited ? [index] : [];
  const within = type === 'Limit' || (limited && passing.includes(type));
  return [...here, ...(plan.Plans ?? []).flatMap((child) => endlessScans(child, within))];
}

/** Rows that a plan, once run, has looked at in tables and indexes. */
function rowsRead(plan: PlanNode): number {
  return nodesOf(plan)
    .filter((node) => node['Node Type'].endsWith(' Scan') && node.Plans === undefined)
    .map(
      (node) =>
        ((node['Actual Rows'] ?? 0) + (node['Rows Removed by Filter'] ?? 0)) * (node['Actual Loops'] ?? 0),
    )
    .reduce((sum, rows) => sum + rows, 0);
}

function outlineOf(plan: PlanNode): string[] {
  return nodesOf(plan).map(
    (node) =>
      `${node['Node Type']} ${node['Index Name'] ?? node['Relation Name'] ?? ''} (${node['Plan Rows']} expected, ${node['Actual Rows'] ?? 0} read, ${node['Rows Removed by Filter'] ?? 0} removed)`,
  );
}

describe('the statements, in a workspace of 20,000 tickets among others', () => {
  const spied = jest.spyOn(pg.Client.prototype, 'query');
  let desk: TicketDesk;
  let crowd: Crowd;
  let client: pg.Client;
  let large: string[];
  let workspaceId: string;

  beforeAll(async () => {
    desk = await TicketDesk.open();
    workspaceId = desk.ours.workspaceId;
    const owner = new pg.Client({ connectionString: desk.database.url });
    await owner.connect();
    for (let nth = 0; nth < 10; nth += 1) await plantCrowd(owner, newId(), { tickets: 2_000, active: 200 });
    crowd = await plantCrowd(owner, workspaceId, { tickets, active });
    await owner.query('vacuum analyze');
    const { rows } = await owner.query<{ name: string }>(
      `select relname as name from pg_class where relkind in ('r', 'i') and relnamespace = 'public'::regnamespace and reltuples > 1000`,
    );
    large = rows.map(({ name }) => name);
    await owner.end();
    client = new pg.Client(connectionSettings(desk.database.url, appRole, 'plans'));
    await client.connect();
    await client.query(`select set_config('app.workspace_id', $1, false)`, [workspaceId]);
  }, 120_000);
  afterAll(async () => {
    await client.end();
    await desk.close();
  });

  /** The statements of the app role's pool while `work` was done. */
  async function statementsOf(work: () => Promise<unknown>): Promise<Statement[]> {
    spied.mockClear();
    await work();
    const { calls, contexts } = spied.mock;
    return calls.flatMap(([given], index) => {
      const of = contexts[index] as { connectionParameters?: { application_name?: string } };
      if (of.connectionParameters?.application_name !== 'ticket') return [];
      return statementsIn(given).filter((statement) => !framesTransaction(statement));
    });
  }

  async function explain(options: string, { text, values = [] }: Statement): Promise<PlanNode> {
    const { rows } = await client.query<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>({
      text: `explain (${options}, format json) ${text}`,
      values: options === 'generic_plan' ? [] : [...values],
    });
    const plan = rows[0]?.['QUERY PLAN'][0].Plan;
    if (plan === undefined) throw new Error('no plan');
    return plan;
  }

  /** The statements of a page and, where it is full, of the next one. Timers of the service may be at work as well. */
  async function list(filter: TicketFilter, order: TicketOrder): Promise<Statement[]> {
    const statements = await statementsOf(async () => {
      const first = await listTickets(desk.deps.pool, workspaceId, filter, order, null, page);
      const last = first.length < page ? undefined : first.at(-1);
      if (last === undefined) return;
      await listTickets(desk.deps.pool, workspaceId, filter, order, positionOf(order, last), page);
    });
    return statements.filter(({ name }) => name === undefined);
  }

  /** Filters of the views that a help desk is worked from, each in every order. */
  const usual: readonly (readonly [string, () => TicketFilter])[] = [
    ['no filter', () => ({})],
    ['open', () => ({ status: ['OPEN'] })],
    ['pending', () => ({ status: ['PENDING'] })],
    ['all that is worked on', () => ({ status: ['NEW', 'OPEN', 'PENDING', 'ON_HOLD'] })],
    ['closed', () => ({ status: ['CLOSED'] })],
    ['spam, which is rare', () => ({ status: ['SPAM'] })],
    ['mine', () => ({ assigneeId: crowd.agentIds.slice(0, 1), status: ['OPEN', 'PENDING'] })],
    ['nobody’s', () => ({ unassigned: true, status: ['NEW', 'OPEN'] })],
    ['a team’s', () => ({ teamId: crowd.teamIds.slice(0, 1) })],
    [
      'a team’s urgent ones',
      () => ({ teamId: crowd.teamIds.slice(0, 1), status: ['NEW', 'OPEN'], priority: ['URGENT'] }),
    ],
    ['waiting for an answer', () => ({ awaitingReply: true })],
    ['waiting for an answer of a team', () => ({ awaitingReply: true, teamId: crowd.teamIds.slice(0, 1) })],
    ['awake', () => ({ snoozed: false, status: ['NEW', 'OPEN', 'PENDING'] })],
    ['asleep', () => ({ snoozed: true })],
    ['a common tag', () => ({ tags: ['common'] })],
    ['a rare tag', () => ({ tags: ['rare'] })],
    ['a rare tag and a common one', () => ({ tags: ['common', 'rare'] })],
    ['a tag that no ticket has', () => ({ tags: ['absent'] })],
    ['a tag among what is worked on', () => ({ tags: ['tag-7'], status: ['NEW', 'OPEN'] })],
  ];
  /** What the worst of them may read: all that is worked on, a few times over, or a tenth of the workspace. */
  const mostRows = 2_000;

  test.each(usual.flatMap(([name, filter]) => ticketOrders.map((order) => [name, order, filter] as const)))(
    'a page of tickets by %s, %s, and the next one, read few rows',
    async (_name, order, filter) => {
      for (const statement of await list(filter(), order)) {
        const plan = await explain('analyze', statement);
        expect(rowsRead(plan) > mostRows ? outlineOf(plan) : []).toEqual([]);
        expect(nodesOf(plan).map((node) => node['Node Type'])).not.toContain('Seq Scan');
      }
    },
  );

  test.each([
    ...ticketOrders.map((order) => ['no filter', order, () => ({})] as const),
    ['status', 'UPDATED_DESC', () => ({ status: ['OPEN'] })],
    ['customer', 'CREATED_DESC', () => ({ customerId: crowd.customerIds.slice(0, 1) })],
    ['assignee', 'UPDATED_DESC', () => ({ assigneeId: crowd.agentIds.slice(0, 1) })],
    ['team', 'UPDATED_DESC', () => ({ teamId: crowd.teamIds.slice(0, 1) })],
    ['awaitingReply', 'WAITING_LONGEST', () => ({ awaitingReply: true })],
  ] as [string, TicketOrder, () => TicketFilter][])(
    'an index has the order of tickets by %s, %s: nothing is sorted',
    async (_name, order, filter) => {
      const statements = await list(filter(), order);

      expect(statements.length).toBeGreaterThan(0);
      for (const statement of statements) {
        const plan = await explain('analyze', statement);
        expect(nodesOf(plan).map((node) => node['Node Type'])).not.toContain('Sort');
        expect(rowsRead(plan) > 10 * page ? outlineOf(plan) : []).toEqual([]);
      }
    },
  );

  /** Everything that is done to and asked of single tickets and customers, over GraphQL and by jobs. */
  async function workADay(): Promise<void> {
    const ticket = await desk.receive({
      thread: {
        own: `mid:${newId()}`,
        inReplyTo: [],
        references: ['mid:9000@example.org'],
        conversation: null,
      },
    });
    const { id } = ticket;
    const customer = ticket.customerId ?? '';
    const message = `id text author { ... on Customer { id } } attachments { id } ticket { id }`;
    await desk.data(`{
      ticket(id: "${id}") { id lastMessage { ${message} } customer { id identities { value } fields { key } mergedInto { id } tickets { nodes { id } } }
        fields { key } viewers { since } links { kind ticket { id } } mergedInto { id }
        timeline(first: 25) { pageInfo { endCursor } nodes { ... on Message { ${message} } } } }
      again: ticket(id: "${id}") { latest: timeline(last: 5) { nodes { ... on Message { id } } } }
      ticketByNumber(number: 12345) { id }
      customer(id: "${customer}") { id tickets(first: 5, status: [OPEN, CLOSED]) { nodes { id } } }
      customers(search: "customer 77") { nodes { id } }
      some: customers { nodes { id identities { value } } }
      workspace { id } customFields { key }
      ticketCounts(filter: { status: [NEW, OPEN] }, by: TEAM) { count }
    }`);
    await desk.data(`mutation {
      updateTicket(input: { id: "${id}", priority: HIGH, assigneeId: "${desk.ours.agentId}", addTags: ["new"] }) { userErrors { code } }
      replyToTicket(input: { ticketId: "${id}", text: "Here", idempotencyKey: "a" }) { userErrors { code } }
      again: replyToTicket(input: { ticketId: "${id}", text: "Here", idempotencyKey: "a" }) { userErrors { code } }
      addNote(input: { ticketId: "${id}", text: "So" }) { userErrors { code } }
      viewTicket(id: "${id}") { viewers { since } }
      updateCustomer(input: { id: "${customer}", company: "Acme" }) { userErrors { code } }
      snoozeTicket(id: "${id}", until: "2199-01-01T00:00:00.000Z") { userErrors { code } }
    }`);
    await loseAnswers(id);
    await rearrange();
  }

  /** Answers that do not arrive, on a ticket that is worked on and on one that is closed. */
  async function loseAnswers(ticketId: string): Promise<void> {
    const closed = await desk.receive();
    await desk.data(`mutation {
      replyToTicket(input: { ticketId: "${closed.id}", text: "Done", status: CLOSED }) { userErrors { code } } }`);
    for (const id of [ticketId, closed.id]) {
      const { lastMessageId } = await desk.ticket(id);
      const failed = {
        messageId: lastMessageId ?? '',
        ticketId: id,
        status: 'BOUNCED',
        error: null,
      } as const;
      const recipients = [{ address: 'kim@example.org', dead: true, error: null }];
      await recordDelivery(desk.deps, desk.job({ ...failed, recipients, at: new Date().toISOString() }));
    }
    await desk.receive({ subjectNumber: closed.number });
  }

  /** What is done with tickets that belong together, or do not, and all ways to page through a timeline. */
  async function rearrange(): Promise<void> {
    const thread = { own: null, inReplyTo: [], references: [], conversation: newId() };
    await desk.receive({ thread });
    const { id, lastMessageId } = await desk.receive({ thread });
    const shown = 'nodes { ... on Message { id } } pageInfo { endCursor }';
    const { ticket } = await desk.data<{ ticket: { timeline: { pageInfo: { endCursor: string } } } }>(
      `{ ticket(id: "${id}") { timeline(first: 2) { ${shown} } } }`,
    );
    const { endCursor } = ticket.timeline.pageInfo;
    await desk.data(`{ ticket(id: "${id}") {
      a: timeline(after: "${endCursor}") { ${shown} } b: timeline(before: "${endCursor}") { ${shown} }
      c: timeline(after: "${endCursor}", kinds: [NOTE]) { ${shown} } d: timeline(kinds: [MESSAGE]) { ${shown} }
      e: timeline(before: "${endCursor}", kinds: [NOTE]) { ${shown} } f: timeline(last: 2, kinds: [CHANGE]) { ${shown} } } }`);
    const [one, other] = [await desk.receive(), await desk.receive()];
    const answers = await desk.data<Record<string, { userErrors: unknown[] }>>(`mutation {
      mergeTickets(input: { into: "${id}", from: ["${one.id}"] }) { userErrors { code } }
      unmergeTicket(id: "${one.id}") { userErrors { code } }
      linkTickets(input: { ticketId: "${one.id}", otherId: "${other.id}", kind: PARENT }) { userErrors { code } }
      splitTicket(input: { ticketId: "${id}", fromMessageId: "${lastMessageId}" }) { userErrors { code } }
    }`);
    expect(Object.values(answers).flatMap(({ userErrors }) => userErrors)).toEqual([]);
  }

  test('fifty timelines are read from the index of their time, and no more of them than they show', async () => {
    const { rows } = await desk.system.query<{ id: string }>(
      'select id from ticket where workspace_id = $1 order by number desc limit 50',
      [workspaceId],
    );
    const window = { direction: 'FORWARDS', from: null, kinds: null, size: 5 } as const;
    const ids = rows.map(({ id }) => id);

    const [statement] = await statementsOf(() => readTimelines(desk.deps.pool, workspaceId, ids, window));

    const plan = await explain('analyze', statement!);
    expect(rowsRead(plan) > 50 * 2 * 6 ? outlineOf(plan) : []).toEqual([]);
    const used = nodesOf(plan).flatMap((node) => node['Index Name'] ?? []);
    expect(new Set(used)).toEqual(new Set(['ticket_of_heir', 'timeline_entry_by_time']));
  });

  test('no statement of a day’s work reads a large table, or all that it has of a workspace, from end to end, whatever its values', async () => {
    const statements = await statementsOf(workADay);
    const unlike = new Map(statements.map((statement) => [statement.name ?? statement.text, statement]));

    const slow: string[] = [];
    for (const [name, statement] of unlike) {
      for (const options of ['costs', 'generic_plan']) {
        const plan = await explain(options, statement);
        const scans = endlessScans(plan).filter((scanned) => large.includes(scanned));
        if (scans.length > 0) slow.push(`${name}, ${options}: ${outlineOf(plan).join('; ')}`);
      }
    }

    expect(unlike.size).toBeGreaterThan(25);
    expect(slow).toEqual([]);
  });
});
