import { newId } from '@smart-tickets/kit/ids';
import { migrate } from '@smart-tickets/kit/migrate';
import pg from 'pg';
import { migrations } from '../../services/ticket/src/persistence/migrations/index.ts';
import { makeFloorDatabase } from './floor-database.ts';
import { secondsOf } from './statistics.ts';

/** One row of each table that a received message fills, in the order of the foreign keys. */
type Rows = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** Columns that the database fills by itself. */
const filledByDefault = new Set(['outbox.id', 'outbox.created_at']);

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
 * row-level security.
 */
export async function bareInsertRate(url: string, count: number, connections: number): Promise<number> {
  const pool = new pg.Pool({ connectionString: url, max: connections });
  try {
    const workspaceId = newId();
    const sample = rowsOf(workspaceId, 0);
    await checkColumns(pool, sample);
    const statement = { name: 'bench-floor', text: statementFor(sample) };
    const insert = async (number: number): Promise<void> => {
      const values = Object.values(rowsOf(workspaceId, number)).flatMap((row) => Object.values(row));
      await pool.query({ ...statement, values });
    };
    // The first rows prepare the statement on every connection.
    const first = connections * 4;
    await secondsOf(first, connections, insert);
    return count / (await secondsOf(count, connections, (nth) => insert(first + nth)));
  } finally {
    await pool.end();
  }
}

async function checkColumns(pool: pg.Pool, sample: Rows): Promise<void> {
  const { rows } = await pool.query<{ name: string }>(
    `select table_name || '.' || column_name as name from information_schema.columns
      where table_schema = 'public' and table_name = any($1)`,
    [Object.keys(sample)],
  );
  const ours = new Set(
    Object.entries(sample).flatMap(([table, row]) => Object.keys(row).map((column) => `${table}.${column}`)),
  );
  const missing = rows
    .map(({ name }) => name)
    .filter((name) => !ours.has(name) && !filledByDefault.has(name));
  if (missing.length > 0) throw new Error(`the floor of the ingest bench lacks ${missing.join(', ')}`);
}

function statementFor(sample: Rows): string {
  let parameters = 0;
  const inserts = Object.entries(sample).map(([table, row]) => {
    const columns = Object.keys(row);
    const values = columns.map(() => `$${(parameters += 1)}`);
    return `insert into ${table} (${columns.join(', ')}) values (${values.join(', ')})`;
  });
  const last = inserts.pop() ?? '';
  return `with ${inserts.map((insert, nth) => `i${nth} as (${insert})`).join(', ')} ${last}`;
}

function rowsOf(workspace_id: string, number: number): Rows {
  const [customerId, ticketId, messageId] = [newId(), newId(), newId()];
  const at = new Date().toISOString();
  const name = `Customer bench-${number}`;
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
  return {
    customer: {
      workspace_id,
      id: customerId,
      name,
      created_at: at,
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
    customer_identity: {
      workspace_id,
      kind: 'EMAIL',
      value: `bench-${number}@bench.example`,
      customer_id: customerId,
      verified: true,
      created_at: at,
      undeliverable_since: null,
      undeliverable_reason: null,
    },
    ticket,
    timeline_entry: {
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
      sender: `EMAIL:bench-${number}@bench.example`,
    },
    outbox: {
      workspace_id,
      event_id: newId(),
      topic: 'ticket.changed',
      payload: JSON.stringify(event),
      cause: JSON.stringify({ requestId: ticketId, eventId: messageId, depth: 1 }),
    },
  };
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
  };
}
