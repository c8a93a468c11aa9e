import { statementsIn } from '@smart-tickets/testing/statements';
import { newId } from '@smart-tickets/kit/ids';
import { appRole, connectionSettings } from '@smart-tickets/kit/postgres';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import pg from 'pg';
import { IntakeDesk, type Inboxes } from '../../test/intake-desk.ts';
import { claimDeliveries } from '../use-cases/claim-deliveries.ts';
import { inTransaction } from '../use-cases/erase-events.ts';
import { countWaiting, listDeliveries } from './delivery-queries.ts';
import { DeliveryStore } from './delivery-store.ts';

const settled = 20_000;
const paused = 2_000;
const due = 500;

/** A node of `explain (analyze, format json)`, as far as it is looked at. */
interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Index Name'?: string;
  readonly 'Actual Rows'?: number;
  readonly 'Actual Loops'?: number;
  readonly 'Rows Removed by Filter'?: number;
  readonly Plans?: readonly PlanNode[];
}

function nodesOf(node: PlanNode): PlanNode[] {
  return [node, ...(node.Plans ?? []).flatMap(nodesOf)];
}

/** Rows that a plan has looked at in tables and indexes. */
function rowsRead(plan: PlanNode): number {
  return nodesOf(plan)
    .filter((node) => node['Node Type'].endsWith(' Scan') && node.Plans === undefined)
    .map(
      (node) =>
        ((node['Actual Rows'] ?? 0) + (node['Rows Removed by Filter'] ?? 0)) * (node['Actual Loops'] ?? 0),
    )
    .reduce((sum, rows) => sum + rows, 0);
}

describe('the statements of answers on their way out, in a workspace with 20,000 that are settled', () => {
  const spied = jest.spyOn(pg.Client.prototype, 'query');
  let desk: IntakeDesk;
  let client: pg.Client;
  let ours: Inboxes;

  /** Answers of one channel, each of a ticket of its own, all in one state. */
  async function plant(of: Inboxes, many: number, status: string, claimableAt: string): Promise<void> {
    await desk.system.query(
      `insert into delivery (workspace_id, id, channel_id, ticket_id, pos, status, recipients, claimable_at, mail_id,
                             external_id, size_bytes, created_at, changed_at)
       select $1, gen_random_uuid(), $2, gen_random_uuid(), n, $4, '[]', ${claimableAt}, n || '@example.com',
              'platform-' || n, 10, now() - make_interval(secs => n), now()
         from generate_series(1, $3) as n`,
      [of.workspaceId, of.mailboxId, many, status],
    );
  }

  beforeAll(async () => {
    desk = await IntakeDesk.open();
    ours = desk.ours;
    for (const place of [ours, desk.theirs]) {
      await plant(place, settled, 'SENT', 'null');
      await plant(place, 1_000, 'FAILED', 'null');
      await plant(place, paused, 'QUEUED', `now() + interval '1 hour'`);
      await plant(place, due, 'QUEUED', 'now() - make_interval(secs => n)');
    }
    const owner = new pg.Client({ connectionString: desk.database.url });
    await owner.connect();
    await owner.query('vacuum analyze');
    await owner.end();
    client = new pg.Client(connectionSettings(desk.database.url, appRole, 'plans'));
    await client.connect();
    await client.query(`select set_config('app.workspace_id', $1, false)`, [ours.workspaceId]);
  }, 120_000);
  afterAll(async () => {
    await client.end();
    await desk.close();
  });

  /** The plans, once run, of the statements of this name while `work` was done. */
  async function plansOf(name: string | undefined, work: () => Promise<unknown>) {
    spied.mockClear();
    await work();
    const statements = spied.mock.calls
      .flatMap(([given]) => statementsIn(given))
      .filter((statement) => statement.name === name && /from delivery/.test(statement.text))
      .map(({ text, values = [] }) => ({ text, values: [...values] }));
    const plans: PlanNode[] = [];
    const generics: PlanNode[] = [];
    for (const { text, values } of statements) {
      await client.query('begin');
      const { rows } = await client.query<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>({
        text: `explain (analyze, format json) ${text}`,
        values,
      });
      await client.query('rollback');
      plans.push(rows[0]!['QUERY PLAN'][0].Plan);
      // Prepared statements come to be planned for any values.
      const generic = await client.query<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(
        `explain (generic_plan, format json) ${text}`,
      );
      generics.push(generic.rows[0]!['QUERY PLAN'][0].Plan);
    }
    expect(plans.length).toBeGreaterThan(0);
    const scans = [...plans, ...generics].flatMap(nodesOf).filter((node) => node['Node Type'] === 'Seq Scan');
    expect(scans.map((node) => node['Relation Name'])).not.toContain('delivery');
    return { plans, generics };
  }

  const within = <T>(work: (store: DeliveryStore) => Promise<T>): Promise<T> =>
    inTransaction(desk.deps, ours.workspaceId, (tx) => work(new DeliveryStore(tx)));

  test('claiming ten reads the index of what is due, and little more than ten', async () => {
    const { plans, generics } = await plansOf('delivery-claimable', () =>
      claimDeliveries(desk.deps, ours.connector(), { max: 10, leaseSeconds: 60 }),
    );

    for (const plan of [...plans, ...generics]) {
      expect(nodesOf(plan).map((node) => node['Index Name'])).toContain('delivery_claimable');
    }
    expect(plans.map(rowsRead).filter((rows) => rows > 100)).toEqual([]);
  });

  test.each([
    [
      'counting what waits',
      'delivery-waiting',
      4 * due,
      () => countWaiting(desk.deps.pool, ours.workspaceId, [ours.mailboxId], new Date().toISOString()),
    ],
    [
      'the earlier answers of a ticket',
      'delivery-earlier',
      50,
      () => within((store) => store.earlierMailIds(newId(), 5)),
    ],
    [
      'finding answers by the platform’s ids',
      'delivery-by-external-id',
      50,
      () => within((store) => store.messagesOfExternalIds(ours.mailboxId, ['platform-7', 'platform-x'])),
    ],
    [
      'a page of all',
      undefined,
      200,
      () => listDeliveries(desk.deps.pool, ours.workspaceId, { channelId: null, statuses: null }, null, 26),
    ],
    [
      'a page of a channel’s',
      undefined,
      200,
      () =>
        listDeliveries(
          desk.deps.pool,
          ours.workspaceId,
          { channelId: ours.mailboxId, statuses: null },
          { at: new Date().toISOString(), id: newId() },
          26,
        ),
    ],
    [
      'a page of what has failed',
      undefined,
      2_200,
      () =>
        listDeliveries(
          desk.deps.pool,
          ours.workspaceId,
          { channelId: null, statuses: ['FAILED', 'BOUNCED'] },
          null,
          26,
        ),
    ],
    [
      'a page of a channel’s that have failed',
      undefined,
      2_200,
      () =>
        listDeliveries(
          desk.deps.pool,
          ours.workspaceId,
          { channelId: ours.mailboxId, statuses: ['FAILED'] },
          null,
          26,
        ),
    ],
  ] as [string, string | undefined, number, () => Promise<unknown>][])(
    '%s reads few of them',
    async (_name, name, most, work) => {
      const { plans } = await plansOf(name, work);

      expect(plans.map(rowsRead).filter((rows) => rows > most)).toEqual([]);
    },
  );
});
