import { statementsIn } from '@smart-tickets/testing/statements';
import { newId } from '@smart-tickets/kit/ids';
import { appRole, connectionSettings } from '@smart-tickets/kit/postgres';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import pg from 'pg';
import { IntakeDesk } from '../../test/intake-desk.ts';
import { inTransaction } from '../use-cases/erase-events.ts';
import { ingestMessage } from '../use-cases/ingest-message.ts';
import { AuditStore } from './audit-store.ts';
import { ErasureStore } from './erasure-store.ts';

const kept = 20_000;
const tables = ['inbound_key', 'inbound_message', 'erased_key'];

/** A node of `explain (format json)`, as far as it is looked at. */
interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Index Name'?: string;
  readonly 'Index Cond'?: string;
  readonly Plans?: readonly PlanNode[];
}

function nodesOf(node: PlanNode): PlanNode[] {
  return [node, ...(node.Plans ?? []).flatMap(nodesOf)];
}

const spied = jest.spyOn(pg.Client.prototype, 'query');
let desk: IntakeDesk;
let client: pg.Client;
beforeAll(async () => {
  desk = await IntakeDesk.open();
  const { workspaceId, chatId } = desk.ours;
  await desk.system.query(
    `with made as (
       insert into inbound_message (workspace_id, id, channel_id, external_id, format, status, received_at, size_bytes)
       select $1, gen_random_uuid(), $2, 'old-' || n, 'JSON', 'ON_TICKET', now(), 10 from generate_series(1, $3) as n
       returning *)
     insert into inbound_key select workspace_id, channel_id, external_id, id from made`,
    [workspaceId, chatId, kept],
  );
  await desk.system.query(
    `insert into erased_key select $1, sha256(n::text::bytea), gen_random_uuid() from generate_series(1, $2) as n`,
    [workspaceId, kept],
  );
  const owner = new pg.Client({ connectionString: desk.database.url });
  await owner.connect();
  await owner.query('vacuum analyze');
  await owner.end();
  client = new pg.Client(connectionSettings(desk.database.url, appRole, 'plans'));
  await client.connect();
  await client.query(`select set_config('app.workspace_id', $1, false)`, [workspaceId]);
}, 120_000);
afterAll(async () => {
  await client.end();
  await desk.close();
});

/** The nodes of the plan, made for any values, of the statement of this name that `work` sends. */
async function planOf(name: string, work: () => Promise<unknown>): Promise<PlanNode[]> {
  spied.mockClear();
  await work();
  const statement = spied.mock.calls
    .flatMap(([given]) => statementsIn(given))
    .find((one) => one.name === name);
  const { rows } = await client.query<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(
    `explain (generic_plan, format json) ${statement?.text ?? ''}`,
  );
  return nodesOf(rows[0]!['QUERY PLAN'][0].Plan);
}

const audit = <T>(work: (store: AuditStore) => Promise<T>) =>
  inTransaction(desk.deps, desk.ours.workspaceId, (tx) => work(new AuditStore(tx)));
const place = {
  keysBeganAt: null,
  keysDoneAt: null,
  keyChannelId: null,
  keyExternalId: null,
  found: 0,
  itemsBeganAt: null,
  itemId: null,
};
const message = (externalId: string) =>
  ingestMessage(desk.deps, desk.ours.connector(desk.ours.chatId), {
    externalId,
    threadId: null,
    from: { email: 'ada@example.org' },
    subject: null,
    text: 'Hello',
    html: null,
    attachmentIds: [],
    sentAt: null,
  });

test.each<[string, string, string, RegExp, () => Promise<unknown>]>([
  [
    'a page of keys',
    'audit-keys',
    'inbound_key_pk',
    /external_id\) > ROW/,
    () => audit((store) => store.keysAfter(place, 10)),
  ],
  [
    'a page of items',
    'audit-items',
    'inbound_message_pk',
    /id > /,
    () => audit((store) => store.itemsAfter(null, newId(), 10)),
  ],
  ['storing a message', 'inbound-store', 'erased_key_pk', /hash = sha256/, () => message(newId())],
  ['finding a repeat', 'inbound-by-keys', 'erased_key_pk', /hash = sha256/, () => message('old-7')],
  [
    'whether a mail was erased',
    'erased-read',
    'erased_key_pk',
    /hash = \$3/,
    () =>
      inTransaction(desk.deps, desk.ours.workspaceId, (tx) =>
        new ErasureStore(tx).erasedBefore([], 'same:x'),
      ),
  ],
])(
  '%s begins in the index at its place, whatever is asked for',
  async (_what, name, index, condition, work) => {
    const nodes = await planOf(name, work);

    const conditions = nodes.filter((node) => node['Index Name'] === index).map((node) => node['Index Cond']);
    expect(conditions).toContainEqual(expect.stringMatching(condition));
    const scanned = nodes
      .filter((node) => node['Node Type'] === 'Seq Scan')
      .map((node) => node['Relation Name']);
    expect(scanned.filter((name) => tables.includes(name ?? ''))).toEqual([]);
  },
);
