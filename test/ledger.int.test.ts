import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Viewer } from '@smart-tickets/kit/internal-token';
import { eventually } from '@smart-tickets/testing/eventually';
import { mail } from '@smart-tickets/testing/mail';
import { queueBackends } from '@smart-tickets/testing/queue-backends';
import pg from 'pg';
import { makeSeed, Services } from './support/services.ts';

interface Item {
  readonly id: string;
  readonly status: string;
  readonly reason: string | null;
  readonly ticket: { readonly id: string } | null;
}
interface Taken {
  readonly duplicate: boolean;
  readonly inboundMessage: Item | null;
  readonly userErrors: readonly { readonly code: string; readonly message: string }[];
}

const seed = makeSeed('First');
const itemFields = 'id status reason ticket { id }';
const payload = `{ duplicate inboundMessage { ${itemFields} } userErrors { code message } }`;

describe.each(queueBackends.slice(0, 1))('what was received, on $name', ({ open }) => {
  let services: Services;
  let admin: Viewer;
  let pools: Record<'ticket' | 'channel-ingest', pg.Pool>;
  beforeAll(async () => {
    services = await Services.start(open, seed);
    admin = services.viewer('ADMIN', seed);
    const poolOf = (name: 'ticket' | 'channel-ingest') =>
      new pg.Pool({ connectionString: services.databases[name].url, max: 1 });
    pools = { ticket: poolOf('ticket'), 'channel-ingest': poolOf('channel-ingest') };
  });
  afterAll(async () => {
    await Promise.all(Object.values(pools).map((pool) => pool.end()));
    await services.stop();
  });

  async function intake<T>(viewer: Viewer, query: string, variables: object): Promise<T> {
    const data = await services.data<{ answer: T }>('channel-ingest', viewer, query, variables);
    return data.answer;
  }

  const take = (raw: Buffer): Promise<Taken> =>
    intake(
      services.viewer('CONNECTOR', seed),
      `mutation ($raw: String!) { answer: ingestEmail(input: { raw: $raw }) ${payload} }`,
      { raw: raw.toString('base64') },
    );

  const idOf = ({ inboundMessage, userErrors }: Taken): string => {
    if (inboundMessage === null) throw new Error(JSON.stringify(userErrors));
    return inboundMessage.id;
  };

  const item = (id: string): Promise<Item> =>
    intake(admin, `query ($id: ID!) { answer: inboundMessage(id: $id) { ${itemFields} } }`, { id });

  const ledger = (): Promise<Record<string, number>> =>
    intake(
      admin,
      '{ answer: inboundLedger { received missing inWork onTicket duplicate held deadLetter } }',
      {},
    );

  const settled = () => eventually(async () => (await ledger())['inWork'] === 0);

  async function tickets(): Promise<number> {
    const { rows } = await pools.ticket.query<{ many: number }>('select count(*)::int as many from ticket');
    return rows[0]?.many ?? 0;
  }

  test('scenario 6: nothing is missing; a row that is lost raises an alarm, and so does one that its ticket has lost', async () => {
    const intact = await ledger();
    const raw = mail({ from: 'lost@example.org', messageId: 'lost@ledger.example' });
    const [id, other] = [
      idOf(await take(raw)),
      idOf(await take(mail({ from: 'kept@example.org', messageId: 'kept@ledger.example' }))),
    ];
    await settled();
    const missed = async () =>
      /^smart_tickets_inbound_missing (\d+)$/m.exec(
        await (await fetch(new URL('/metrics', services.url('channel-ingest')))).text(),
      )?.[1];

    await pools['channel-ingest'].query('delete from inbound_raw where id = $1', [id]);
    await pools['channel-ingest'].query('delete from inbound_message where id = $1', [id]);
    await pools['channel-ingest'].query(
      `update inbound_audit set keys_began_at = now() - interval '2 hours'`,
    );
    const before = await missed();
    await services.halt('channel-ingest');
    await services.boot('channel-ingest', seed);

    expect([intact['missing'], before]).toEqual([0, '0']);
    expect(await ledger()).toMatchObject({ received: (intact['received'] ?? 0) + 2, missing: 1 });
    await eventually(async () => (await missed()) === '1');

    const again = await take(raw);
    await pools.ticket.query('delete from timeline_entry where id = $1', [other]);
    await pools['channel-ingest'].query(
      `insert into outbox (workspace_id, event_id, topic, payload, cause)
       values ($1, $2, 'inbound.audited', jsonb_build_object('messageIds', array[$2]::uuid[] || $3::uuid[]), $4)`,
      [seed.workspace.id, other, [id, other], { requestId: 'audit', eventId: null, depth: 0 }],
    );
    await eventually(async () => (await item(other)).status === 'DEAD_LETTER');

    expect(again.duplicate).toBe(false);
    expect((await item(other)).reason).toMatch(/^It was on the ticket \S{36}, which has lost it\.$/);
    await settled();
    expect(await ledger()).toMatchObject({ missing: 0, deadLetter: (intact['deadLetter'] ?? 0) + 1 });
    const retried = await intake<Taken>(
      admin,
      `mutation ($id: ID!) { answer: retryInbound(id: $id) ${payload} }`,
      { id: other },
    );
    await eventually(async () => (await item(idOf(retried))).status === 'ON_TICKET');
  });

  test.each<[string, (key: string) => Promise<Taken>]>([
    [
      'mail',
      (key) => take(mail({ from: `${key}@example.org`, messageId: `${key}@erased.example`, text: key })),
    ],
    [
      'chat message',
      (key) =>
        intake(
          services.viewer('CONNECTOR', seed, 'CHAT'),
          `mutation ($key: String!) { answer: ingestMessage(input: {
             externalId: $key, from: { email: $key }, text: $key }) ${payload} }`,
          { key: `${key}@example.org` },
        ),
    ],
  ])(
    'scenario 7: a %s whose sender was erased opens no ticket when the connector hands it in again, and brings nothing back',
    async (what, handIn) => {
      const key = `purged-${what.slice(0, 4)}`;
      const id = idOf(await handIn(key));
      await eventually(async () => (await item(id)).status === 'ON_TICKET');
      const { rows } = await pools.ticket.query<{ id: string }>(
        'select customer_id as id from ticket where id = $1',
        [(await item(id)).ticket?.id],
      );
      const customer = { id: rows[0]?.id };
      await services.data(
        'ticket',
        admin,
        'mutation ($id: ID!) { eraseCustomer(id: $id) { userErrors { message } } }',
        customer,
      );
      await eventually(async () => {
        const { erasure } = await services.data<{ erasure: { completedAt: string | null } | null }>(
          'ticket',
          admin,
          'query ($id: ID!) { erasure(customerId: $id) { completedAt } }',
          customer,
        );
        return erasure !== null && erasure.completedAt !== null;
      });
      const before = [await tickets(), await ledger()];

      const again = await handIn(key);
      await settled();

      expect(again).toMatchObject({
        duplicate: true,
        inboundMessage: { id, reason: 'The data of its sender were erased.' },
      });
      expect([await tickets(), await ledger()]).toEqual(before);
      const left = await pools['channel-ingest'].query(
        'select from inbound_raw where id = $1 union all select from inbound_key where external_id like $2',
        [id, `${key}%`],
      );
      expect(left.rowCount).toBe(0);
    },
  );
});
