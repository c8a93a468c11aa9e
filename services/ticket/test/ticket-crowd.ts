import { randomUUID } from 'node:crypto';
import type pg from 'pg';

/** How many of what a crowd is made of. */
export interface CrowdSize {
  readonly tickets: number;
  /** Tickets that are still worked on; they are the newest. */
  readonly active: number;
  /** Whom tickets are assigned to; new ones unless given. */
  readonly people?: People;
}

/** Agents and teams by id. */
export interface People {
  readonly agentIds: readonly string[];
  readonly teamIds: readonly string[];
}

/** Whose a crowd's tickets are; of the customers some. */
export interface Crowd extends People {
  readonly customerIds: readonly string[];
}

const agents = 40;
const teams = 8;
const secondsBetween = 90;

/** A version 7 UUID of an instant, made of a text: `at` and `name` are SQL expressions. */
function idSql(at: string, name: string): string {
  return `(lpad(to_hex((extract(epoch from ${at}) * 1000)::bigint), 12, '0') || '7' || substr(md5(${name}), 1, 3)
           || '8' || substr(md5(${name}), 4, 15))::uuid`;
}

/** A number from 0 to below `limit` that looks random, the same for the same ticket. */
function drawSql(limit: number | string, salt: number): string {
  return `(hashint4(n + ${salt}) & 2147483647) % ${limit}`;
}

function oneOf(ids: readonly string[], salt: number): string {
  return `('{${ids.join(',')}}'::uuid[])[1 + ${drawSql(ids.length, salt)}]`;
}

/** What fills a workspace, in the order of the foreign keys. The id is one of ours, and is written out. */
function statementsFor(
  workspaceId: string,
  { tickets, active }: CrowdSize,
  { agentIds, teamIds }: People,
  before: number,
): string[] {
  const ws = `'${workspaceId}'::uuid`;
  const thing = (what: string, nth: string): string =>
    idSql(`timestamptz '2020-01-01 00:00:00+00'`, `'${workspaceId}${what}${before} ' || ${nth}`);
  const customers = Math.max(1, Math.floor(tickets / 4));
  const ours = `workspace_id = ${ws} and number > ${before}`;
  return [
    `insert into customer (workspace_id, id, name, created_at)
     select ${ws}, ${thing('customer', 'n')}, 'Customer ' || n, now() - make_interval(secs => n)
       from generate_series(0, ${customers - 1}) n`,
    `insert into customer_identity (workspace_id, kind, value, customer_id, verified, created_at)
     select ${ws}, 'EMAIL', 'customer-${before}-' || n || '@example.org', ${thing('customer', 'n')}, true,
            now() - make_interval(secs => n)
       from generate_series(0, ${customers - 1}) n`,
    // One ticket in a thousand has a tag that is rare.
    `insert into ticket (workspace_id, id, number, subject, status, priority, channel, channel_id, customer_id,
                         assignee_id, team_id, tags, language, awaiting_reply_since, created_at, updated_at,
                         first_replied_at, resolved_at, version, message_count, entry_count, last_message_id)
     select ${ws}, ${idSql('at', `'${workspaceId}ticket${before} ' || n`)}, n + ${before}, 'Order ' || n || ' has not arrived', status,
            (array['URGENT', 'HIGH', 'NORMAL', 'NORMAL', 'NORMAL', 'LOW'])[1 + ${drawSql(6, 1)}], 'EMAIL', ${ws},
            ${thing('customer', `(${drawSql(customers, 2)})`)},
            case when status <> 'NEW' then ${oneOf(agentIds, 3)} end,
            ${oneOf(teamIds, 4)},
            case when n % 1000 = 7 then array['rare', 'common'] when n % 3 = 0 then array['common', 'tag-' || n % 50]
                 else '{}' end,
            'en', case when status in ('NEW', 'OPEN') then at end, at, at + interval '1 hour',
            case when status <> 'NEW' then at + interval '30 minutes' end,
            case when status in ('RESOLVED', 'CLOSED') then at + interval '1 hour' end, 2, 1, 2,
            ${idSql('at', `'${workspaceId}message${before} ' || n`)}
       from (select n, now() - make_interval(secs => (${tickets} - n) * ${secondsBetween}.0) as at,
                    case when n > ${tickets - active} then (array['NEW', 'OPEN', 'OPEN', 'PENDING', 'ON_HOLD'])[1 + n % 5]
                         when n % 200 = 0 then 'SPAM' when n % 20 = 0 then 'RESOLVED' else 'CLOSED' end as status
               from generate_series(1, ${tickets}) n) made`,
    `insert into ticket_tag (workspace_id, tag, ticket_id)
     select workspace_id, tag, id from ticket, unnest(tags) as tag where ${ours}`,
    `insert into timeline_entry (workspace_id, id, ticket_id, seq, type, at, actor_type, actor_id, actor_name, direction,
                                 channel, text, to_addresses, cc_addresses, automatic, thread_reason, sent_at, attachments)
     select ${ws}, last_message_id, id, 1, 'MESSAGE', created_at, 'CUSTOMER', customer_id, 'Somebody', 'INBOUND', 'EMAIL',
            repeat('The parcel has not arrived yet. ', 14), array['support@example.com'], '{}', false, 'NEW_CONVERSATION',
            created_at, '[]'
       from ticket where ${ours}`,
    `insert into timeline_entry (workspace_id, id, ticket_id, seq, type, at, actor_type, actor_id, change_kind, before, after)
     select ${ws}, ${idSql('updated_at', `'${workspaceId}change' || number`)}, id, 2, 'CHANGE', updated_at, 'AGENT',
            assignee_id, 'STATUS', '{"status": "NEW"}', jsonb_build_object('status', status)
       from ticket where ${ours}`,
    `insert into thread_key (workspace_id, key, kind, ticket_id)
     select ${ws}, 'mid:' || number || '@example.org', 'OWN', id from ticket where ${ours}`,
    // One ticket in fifty follows up the one before.
    ...[
      ['t.id', 'FOLLOW_UP_OF', 'o.id'],
      ['o.id', 'FOLLOWED_UP_BY', 't.id'],
    ].map(
      ([
        ticket,
        kind,
        other,
      ]) => `insert into ticket_link (workspace_id, ticket_id, kind, other_id, created_at)
       select ${ws}, ${ticket}, '${kind}', ${other}, t.created_at
         from ticket t join ticket o on o.workspace_id = ${ws} and o.number = t.number - 1
        where t.workspace_id = ${ws} and t.number % 50 = 0 and t.number > ${before + 1}`,
    ),
    // The crowd stays as it is.
    `update workspace set close_resolved_after_days = 0 where workspace_id = ${ws}`,
    `insert into ticket_number (workspace_id, last) values (${ws}, ${before + tickets})
     on conflict (workspace_id) do update set last = excluded.last`,
  ];
}

/**
 * Adds a help desk's years to a workspace, with people of their own: most tickets closed, the newest ones worked on, each
 * with a message and a change. For a superuser: it works without triggers and, for large crowds, puts the indexes back
 * afterwards, since that is several times faster. Analyses the tables.
 */
export async function plantCrowd(
  client: pg.ClientBase,
  workspaceId: string,
  size: CrowdSize,
): Promise<Crowd> {
  await client.query('begin');
  const { rows: last } = await client.query<{ number: number }>(
    'select coalesce(max(number), 0) as number from ticket where workspace_id = $1',
    [workspaceId],
  );
  const people = size.people ?? (await plantPeople(client, workspaceId));
  const statements = statementsFor(workspaceId, size, people, last[0]?.number ?? 0);
  await client.query('set local statement_timeout = 0');
  await client.query('set local session_replication_role = replica');
  await client.query(`set local maintenance_work_mem = '256MB'`);
  const indexes = size.tickets < 50_000 ? [] : await takeIndexes(client);
  for (const text of statements) await client.query(text);
  for (const index of indexes) await client.query(index);
  await client.query('commit');
  await client.query('analyze');
  const { rows } = await client.query<{ id: string }>(
    'select id from customer where workspace_id = $1 order by id limit 100',
    [workspaceId],
  );
  return { ...people, customerIds: rows.map(({ id }) => id) };
}

async function plantPeople(client: pg.ClientBase, workspaceId: string): Promise<People> {
  const ids = (count: number): string[] => Array.from({ length: count }, () => randomUUID());
  const people = { agentIds: ids(agents), teamIds: ids(teams) };
  await client.query(
    `insert into assignable (workspace_id, kind, id)
     select $1::uuid, 'AGENT', unnest($2::uuid[]) union all select $1, 'TEAM', unnest($3::uuid[])`,
    [workspaceId, people.agentIds, people.teamIds],
  );
  return people;
}

/** Drops the indexes of the large tables that no constraint needs, and gives the statements that make them again. */
async function takeIndexes(client: pg.ClientBase): Promise<string[]> {
  const { rows } = await client.query<{ name: string; definition: string }>(
    `select i.indexrelid::regclass::text as name, pg_get_indexdef(i.indexrelid) as definition from pg_index i
      where i.indrelid in ('ticket'::regclass, 'timeline_entry'::regclass)
            and not exists (select from pg_constraint c where c.conindid = i.indexrelid)`,
  );
  for (const { name } of rows) await client.query(`drop index ${name}`);
  return rows.map(({ definition }) => definition);
}
