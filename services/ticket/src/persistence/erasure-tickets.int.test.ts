import { statementsIn } from '@smart-tickets/testing/statements';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { newId } from '@smart-tickets/kit/ids';
import { appRole, connectionSettings } from '@smart-tickets/kit/postgres';
import pg from 'pg';
import { person, saying } from '../../test/erasing.ts';
import { plantCrowd } from '../../test/ticket-crowd.ts';
import { TicketDesk } from '../../test/ticket-desk.ts';
import { eraseCustomer } from '../use-cases/erase-customer.ts';

interface Statement {
  readonly name?: string;
  readonly text: string;
  readonly values?: readonly unknown[];
}

/** The statements by which an erasure finds what it erases, and by what each has to look in which table. */
const found: readonly (readonly [string, readonly RegExp[]])[] = [
  [
    'erasure-tickets',
    [
      /using ticket_by_customer .*\n.*Cond: .*customer_id = .*id >/,
      /using timeline_entry_by_customer .*\n.*Cond: .*actor_id = .*ticket_id >/,
      /using timeline_entry_customer_change .*\n.*Cond: .*ticket_id >/,
      /using ticket_party_by_party .*\n.*Cond: .*party = .*ticket_id >/,
    ],
  ],
  ['erase-timelines', [/on timeline_entry e .*\n.*Cond: .*ticket_id = ANY/]],
  ['erase-guest-messages', [/on timeline_entry e .*\n.*Cond: .*ticket_id = ANY/]],
  ['erase-addresses', [/on timeline_entry e .*\n.*Cond: .*ticket_id = ANY/]],
  [
    'erase-uploads',
    [/on timeline_entry e .*\n.*Cond: .*ticket_id = ANY/, /using upload_pk .*\n.*Cond: .*id = /],
  ],
  ['erase-events-event_log', [/using event_log_about .*\n.*Cond: .*about = ANY/]],
  ['erase-answers-event_log', [/using event_log_about .*\n.*Cond: .*about = ANY/]],
  ['erase-guest-answers-event_log', [/using event_log_about .*\n.*Cond: .*about = ANY/]],
  ['erase-delivery-faults', [/on timeline_entry e .*\n.*Cond: .*ticket_id = ANY/]],
  ['erase-parties', [/using ticket_party_(pk|by_party) .*\n.*Cond: .*ticket_id = ANY/]],
  ['erase-all-parties', [/using ticket_party_pk .*\n.*Cond: .*ticket_id = ANY/]],
  ['erase-guest-events-event_log', [/using event_log_about .*\n.*Cond: .*about = ANY/]],
  ['erasure-splits', [/using ticket_link_pk .*\n.*Cond: .*ticket_id = s.id/]],
];

let desk: TicketDesk;
let client: pg.Client;
const statements = new Map<string, Statement>();
beforeAll(async () => {
  desk = await TicketDesk.open();
  const owner = new pg.Client({ connectionString: desk.database.url });
  await owner.connect();
  await plantCrowd(owner, desk.ours.workspaceId, { tickets: 2_000, active: 200 });
  await owner.query(
    `insert into ticket_link (workspace_id, ticket_id, kind, other_id, created_at)
     select workspace_id, id, 'RELATED', id, now() from ticket`,
  );
  await owner.query(
    `insert into event_log (workspace_id, pos, event_id, topic, payload, cause, at, handed_over)
     select workspace_id, -number, id, 'ticket.changed', jsonb_build_object('ticket', jsonb_build_object('id', id)), '{}', now(), true
       from ticket`,
  );
  await owner.query(
    `insert into ticket_party (workspace_id, ticket_id, party)
     select workspace_id, id, 'EMAIL:copy-' || number % 20 || '@example.org' from ticket`,
  );
  await owner.query('vacuum analyze');
  await owner.end();
  const [guest, other] = [person(), person()];
  const own = `mid:${newId()}`;
  const { customerId } = await desk.receive(saying(guest, `mid:${newId()}`));
  await desk.receive(saying(other, own, [], guest));
  await desk.receive(saying(guest, `mid:${newId()}`, [own]));
  const spied = jest.spyOn(pg.Client.prototype, 'query');
  await eraseCustomer(desk.deps, desk.ours.caller, customerId ?? '');
  for (const statement of spied.mock.calls.flatMap(([given]) => statementsIn(given))) {
    if (statement.name !== undefined && !statements.has(statement.name))
      statements.set(statement.name, statement);
  }
  spied.mockRestore();
  client = new pg.Client(connectionSettings(desk.database.url, appRole, 'plans'));
  await client.connect();
  await client.query(`select set_config('app.workspace_id', $1, false)`, [desk.ours.workspaceId]);
  // Where there are few rows the planner would rightly read them all; what matters is that it can do otherwise.
  await client.query('set enable_seqscan = off; set enable_hashjoin = off; set enable_mergejoin = off');
}, 60_000);
afterAll(async () => {
  await client.end();
  await desk.close();
});

test.each(found)('%s finds by index what it erases', async (name, scans) => {
  const statement = statements.get(name);

  const { rows } = await client.query<{ 'QUERY PLAN': string }>(
    `explain ${statement?.text ?? ''}`,
    statement?.values === undefined ? [] : [...statement.values],
  );

  const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
  for (const scan of scans) expect(plan).toMatch(scan);
});
