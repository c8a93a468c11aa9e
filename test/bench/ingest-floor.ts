import { newId } from '@smart-tickets/kit/ids';
import { migrate } from '@smart-tickets/kit/migrate';
import pg from 'pg';
import { migrations } from '../../services/ticket/src/persistence/migrations/index.ts';
import { makeFloorDatabase } from './floor-database.ts';
import { secondsOf } from './statistics.ts';

interface Row {
  readonly table: string;
  readonly values: Readonly<Record<string, unknown>>;
}

/** Columns that the database fills by itself. */
const filledByDefault = new Set(['outbox.id', 'outbox.created_at', 'inbox.at']);

/**
 * Rows per second when nothing but Postgres is at work, in a database of its own in the same cluster. Throws when the
 * tables have columns that the rows here lack.
 */
export async function ingestFloor(ticketUrl: string, count: number, connections: number): Promise<number> {
  const url = await makeFloorDatabase(ticketUrl, 'bench_ingest_floor');
  await migrate(url, migrations);
  return bareInsertRate(url, count, connections);
}

/**
 * Rows per second into the tables of a ticket database: for each message the rows that the ticket service writes, by
 * one prepared statement that is its own transaction, under the same constraints and indexes. The owner writes: no
 * row-level security. All are of one workspace; `numbers` tells whether tickets have theirs given, or counted by the statement,
 * one after the other.
 */
export async function bareInsertRate(
  url: string,
  count: number,
  connections: number,
  numbers: 'GIVEN' | 'COUNTED' = 'GIVEN',
): Promise<number> {
  const pool = new pg.Pool({ connectionString: url, max: connections });
  try {
    const workspaceId = newId();
    const sample = rowsOf(workspaceId, 0);
    await checkColumns(pool, sample);
    const statement = { name: 'bench-floor', text: statementFor(sample, numbers) };
    // The first rows prepare the statement on every connection.
    const first = connections * 4;
    const ready = Array.from({ length: first + count }, (_, number) =>
      rowsOf(workspaceId, number).flatMap((row) => valuesOf(row, numbers)),
    );
    const insert = async (number: number): Promise<void> => {
      await pool.query({ ...statement, values: ready[number] ?? [] });
    };
    await secondsOf(first, connections, insert);
    return count / (await secondsOf(count, connections, (nth) => insert(first + nth)));
  } finally {
    await pool.end();
  }
}

/**
 * Compares what one message has left in a workspace with the rows that stand for it here. Throws where a table has more or
 * fewer of them; the counter of ticket numbers, which is not a row of the message, is left out.
 */
export async function checkRows(pool: pg.Pool, workspaceId: string): Promise<void> {
  const { rows: tables } = await pool.query<{ name: string }>(
    `select table_name as name from information_schema.columns
      where table_schema = 'public' and column_name = 'workspace_id' and table_name <> 'ticket_number'`,
  );
  const bare = rowsOf(workspaceId, 0);
  for (const { name } of tables) {
    const { rows } = await pool.query<{ count: number }>(
      `select count(*)::integer as count from ${name} where workspace_id = $1`,
      [workspaceId],
    );
    const count = rows[0]?.count ?? 0;
    const expected = bare.filter(({ table }) => table === name).length;
    if (count !== expected)
      throw new Error(`a message leaves ${count} rows in ${name}, the floor ${expected}`);
  }
}

async function checkColumns(pool: pg.Pool, sample: readonly Row[]): Promise<void> {
  const { rows } = await pool.query<{ name: string }>(
    `select table_name || '.' || column_name as name from information_schema.columns
      where table_schema = 'public' and table_name = any($1)`,
    [sample.map(({ table }) => table)],
  );
  const ours = new Set(
    sample.flatMap(({ table, values }) => Object.keys(values).map((column) => `${table}.${column}`)),
  );
  const missing = rows
    .map(({ name }) => name)
    .filter((name) => !ours.has(name) && !filledByDefault.has(name));
  if (missing.length > 0) throw new Error(`the floor of the ingest bench lacks ${missing.join(', ')}`);
}

/** Whether the statement itself makes a value. */
function isCounted({ table }: Row, column: string, numbers: 'GIVEN' | 'COUNTED'): boolean {
  return numbers === 'COUNTED' && table === 'ticket' && column === 'number';
}

function valuesOf(row: Row, numbers: 'GIVEN' | 'COUNTED'): unknown[] {
  const given = Object.entries(row.values).filter(([column]) => !isCounted(row, column, numbers));
  return given.map(([, value]) => value);
}

function statementFor(sample: readonly Row[], numbers: 'GIVEN' | 'COUNTED'): string {
  let parameters = 0;
  const inserts = sample.map((row) => {
    const columns = Object.keys(row.values);
    const placeholders = columns.map((column) =>
      isCounted(row, column, numbers) ? '(select last from counter)' : `$${(parameters += 1)}`,
    );
    return `insert into ${row.table} (${columns.join(', ')}) values (${placeholders.join(', ')})`;
  });
  const counter = `counter as (
    insert into ticket_number as n (workspace_id, last) values ($1, 1)
    on conflict (workspace_id) do update set last = n.last + 1 returning last), `;
  const last = inserts.pop() ?? '';
  const counted = numbers === 'COUNTED' ? counter : '';
  return `with ${counted}${inserts.map((insert, nth) => `i${nth} as (${insert})`).join(', ')} ${last}`;
}

/** The rows that a received message leaves, in the order of the foreign keys. */
function rowsOf(workspace_id: string, number: number): Row[] {
  const [customerId, ticketId, messageId] = [newId(), newId(), newId()];
  const at = new Date().toISOString();
  const name = `Customer bench-${number}`;
  const address = `bench-${number}@bench.example`;
  const text = `bench-${number}: ${'The parcel with order number has not arrived yet. '.repeat(12)}`;
  const ticket = ticketRow({ workspace_id, id: ticketId, number, customerId, messageId, at });
  const actor = { type: 'CUSTOMER', id: customerId, name };
  const message = { type: 'MESSAGE', id: messageId, direction: 'INBOUND', text, automatic: false };
  const event = {
    kind: 'TICKET_CREATED',
    ticket,
    changed: [],
    before: {},
    entry: { ...message, author: actor },
    actor,
    at,
  };
  return [
    ...customerRows({ workspace_id, customerId, name, address, at }),
    { table: 'ticket', values: ticket },
    {
      table: 'timeline_entry',
      values: {
        workspace_id,
        id: messageId,
        ticket_id: ticketId,
        seq: 1,
        type: 'MESSAGE',
        at,
        actor_type: actor.type,
        actor_id: customerId,
        actor_name: name,
        direction: 'INBOUND',
        channel: 'API',
        text,
        html: null,
        to_addresses: [],
        cc_addresses: [],
        automatic: false,
        thread_reason: 'NEW_CONVERSATION',
        sent_at: at,
        change_kind: null,
        before: null,
        after: null,
        mentions: null,
        attachments: '[]',
        call: null,
        sender: `EMAIL:${address}`,
        changed_subject: null,
        cause: null,
      },
    },
    {
      table: 'thread_key',
      values: {
        workspace_id,
        key: `mid:${ticketId}@bench.example`,
        kind: 'OWN',
        ticket_id: ticketId,
        message_id: messageId,
      },
    },
    {
      table: 'inbox',
      values: { workspace_id, consumer: 'ticket.receive-message', event_id: newId() },
    },
    {
      table: 'outbox',
      values: {
        workspace_id,
        event_id: newId(),
        topic: 'ticket.changed',
        payload: JSON.stringify(event),
        cause: JSON.stringify({ requestId: ticketId, eventId: messageId, depth: 1 }),
      },
    },
  ];
}

function customerRows(of: {
  workspace_id: string;
  customerId: string;
  name: string;
  address: string;
  at: string;
}): Row[] {
  const { workspace_id, customerId, name, address } = of;
  const words = [name.toLowerCase(), name.toLowerCase().slice('customer '.length), address];
  return [
    {
      table: 'customer',
      values: {
        workspace_id,
        id: customerId,
        name,
        created_at: of.at,
        company: null,
        language: null,
        time_zone: null,
        groups: [],
        fields: '{}',
        notes: null,
        merged_into: null,
        heir_id: null,
        erased_at: null,
      },
    },
    {
      table: 'customer_identity',
      values: {
        workspace_id,
        kind: 'EMAIL',
        value: address,
        customer_id: customerId,
        verified: true,
        created_at: of.at,
        undeliverable_since: null,
        undeliverable_reason: null,
      },
    },
    ...words.map((word) => ({
      table: 'customer_word',
      values: { workspace_id, customer_id: customerId, word, owner_id: customerId },
    })),
  ];
}

function ticketRow(of: {
  workspace_id: string;
  id: string;
  number: number;
  customerId: string;
  messageId: string;
  at: string;
}): Readonly<Record<string, unknown>> {
  return {
    workspace_id: of.workspace_id,
    id: of.id,
    number: of.number,
    subject: `Order bench-${of.number}`,
    status: 'NEW',
    priority: 'NORMAL',
    channel: 'API',
    channel_id: of.workspace_id,
    customer_id: of.customerId,
    assignee_id: null,
    team_id: null,
    tags: [],
    language: 'en',
    awaiting_reply_since: of.at,
    created_at: of.at,
    updated_at: of.at,
    first_replied_at: null,
    resolved_at: null,
    version: 1,
    message_count: 1,
    entry_count: 1,
    last_message_id: of.messageId,
    fields: '{}',
    snoozed_until: null,
    rating: null,
    merged_into: null,
    heir_id: null,
    status_before_merge: null,
    awaiting_before_merge: null,
    snoozed_before_merge: null,
    heard_subject: null,
  };
}
