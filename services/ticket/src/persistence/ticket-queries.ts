import { readInWorkspace } from '@smart-tickets/kit/postgres';
import type pg from 'pg';
import type { Customer, CustomerIdentity } from '../domain/customer.ts';
import type { TicketFilter } from '../domain/filter.ts';
import type { Ticket } from '../domain/ticket.ts';
import type { ChangeEntry, MessageEntry, TimelineEntry } from '../domain/timeline.ts';
import { entryColumns, ticketColumns } from './ticket-sql.ts';

/** Tickets by id, in no order; ids that the workspace does not have are missing. */
export function readTickets(pool: pg.Pool, workspaceId: string, ids: readonly string[]): Promise<Ticket[]> {
  return readInWorkspace<Ticket>(pool, workspaceId, {
    name: 'tickets-by-id',
    text: `select ${ticketColumns} from ticket t where t.workspace_id = $1 and t.id = any($2)`,
    values: [workspaceId, ids],
  });
}

/** The ticket of a number, if any. */
export async function readTicketByNumber(
  pool: pg.Pool,
  workspaceId: string,
  number: number,
): Promise<Ticket | null> {
  const rows = await readInWorkspace<Ticket>(pool, workspaceId, {
    name: 'ticket-by-number',
    text: `select ${ticketColumns} from ticket t where t.workspace_id = $1 and t.number = $2`,
    values: [workspaceId, number],
  });
  return rows[0] ?? null;
}

export const ticketOrders = ['UPDATED_DESC', 'CREATED_DESC', 'CREATED_ASC'] as const;
export type TicketOrder = (typeof ticketOrders)[number];

/** A position in a list: the sort column's instant and the id. */
export interface ListPosition {
  readonly at: string;
  readonly id: string;
}

const orderSql: Record<TicketOrder, { column: string; direction: 'asc' | 'desc'; comparison: '<' | '>' }> = {
  UPDATED_DESC: { column: 'updated_at', direction: 'desc', comparison: '<' },
  CREATED_DESC: { column: 'created_at', direction: 'desc', comparison: '<' },
  CREATED_ASC: { column: 'created_at', direction: 'asc', comparison: '>' },
};

/** The instant by which an order sorts a ticket. */
export function sortInstant(order: TicketOrder, ticket: Ticket): string {
  return order === 'UPDATED_DESC' ? ticket.updatedAt : ticket.createdAt;
}

/** One page of tickets after a position, at most `limit`. */
export function listTickets(
  pool: pg.Pool,
  workspaceId: string,
  filter: TicketFilter,
  order: TicketOrder,
  after: ListPosition | null,
  limit: number,
): Promise<Ticket[]> {
  const values: unknown[] = [workspaceId];
  const parameter = (value: unknown): string => `$${values.push(value)}`;
  const { column, direction, comparison } = orderSql[order];
  const conditions = ['t.workspace_id = $1', ...filterSql(filter, parameter)];
  if (after !== null) {
    conditions.push(
      `(t.${column}, t.id) ${comparison} (${parameter(after.at)}::timestamptz, ${parameter(after.id)}::uuid)`,
    );
  }
  return readInWorkspace<Ticket>(pool, workspaceId, {
    text: `select ${ticketColumns} from ticket t where ${conditions.join(' and ')}
            order by t.${column} ${direction}, t.id ${direction} limit ${parameter(limit)}`,
    values,
  });
}

function filterSql(filter: TicketFilter, parameter: (value: unknown) => string): string[] {
  const conditions: string[] = [];
  const lists = [
    ['status', filter.status, 'text'],
    ['priority', filter.priority, 'text'],
    ['channel', filter.channel, 'text'],
    ['assignee_id', filter.assigneeId, 'uuid'],
    ['team_id', filter.teamId, 'uuid'],
    ['customer_id', filter.customerId, 'uuid'],
  ] as const;
  for (const [column, values, type] of lists) {
    if (values != null) conditions.push(`t.${column} = any(${parameter(values)}::${type}[])`);
  }
  if (filter.tags != null && filter.tags.length > 0)
    conditions.push(`t.tags @> ${parameter(filter.tags)}::text[]`);
  if (filter.unassigned != null) conditions.push(`t.assignee_id is ${filter.unassigned ? '' : 'not '}null`);
  if (filter.awaitingReply != null) {
    conditions.push(`t.awaiting_reply_since is ${filter.awaitingReply ? 'not ' : ''}null`);
  }
  if (filter.createdAfter != null)
    conditions.push(`t.created_at > ${parameter(filter.createdAfter)}::timestamptz`);
  if (filter.createdBefore != null)
    conditions.push(`t.created_at < ${parameter(filter.createdBefore)}::timestamptz`);
  if (filter.updatedAfter != null)
    conditions.push(`t.updated_at > ${parameter(filter.updatedAfter)}::timestamptz`);
  return conditions;
}

type EntryRow = Omit<MessageEntry, 'type'> & Omit<ChangeEntry, 'type'> & { type: 'MESSAGE' | 'CHANGE' };

function entryOf(row: EntryRow): TimelineEntry {
  const { type, id, ticketId, seq, at, actor } = row;
  if (type === 'CHANGE') {
    return { type, id, ticketId, seq, at, actor, kind: row.kind, before: row.before, after: row.after };
  }
  const { direction, channel, text, html, to, cc, automatic, threadReason, sentAt } = row;
  const said = { text, html, to, cc, automatic, threadReason, sentAt };
  return { type, id, ticketId, seq, at, actor, direction, channel, ...said };
}

/** Timeline entries by id, in no order. */
export async function readEntries(
  pool: pg.Pool,
  workspaceId: string,
  ids: readonly string[],
): Promise<TimelineEntry[]> {
  const rows = await readInWorkspace<EntryRow>(pool, workspaceId, {
    name: 'entries-by-id',
    text: `select ${entryColumns} from timeline_entry e where e.workspace_id = $1 and e.id = any($2)`,
    values: [workspaceId, ids],
  });
  return rows.map(entryOf);
}

/** Entries of one ticket after a place in its timeline, oldest first. */
export async function readTimeline(
  pool: pg.Pool,
  workspaceId: string,
  ticketId: string,
  afterSeq: number,
  limit: number,
): Promise<TimelineEntry[]> {
  const rows = await readInWorkspace<EntryRow>(pool, workspaceId, {
    name: 'timeline-page',
    text: `select ${entryColumns} from timeline_entry e
            where e.workspace_id = $1 and e.ticket_id = $2 and e.seq > $3 order by e.seq limit $4`,
    values: [workspaceId, ticketId, afterSeq, limit],
  });
  return rows.map(entryOf);
}

/** Customers by id, in no order. */
export function readCustomers(
  pool: pg.Pool,
  workspaceId: string,
  ids: readonly string[],
): Promise<Customer[]> {
  return readInWorkspace<Customer>(pool, workspaceId, {
    name: 'customers-by-id',
    text: `select id, name, created_at as "createdAt" from customer where workspace_id = $1 and id = any($2)`,
    values: [workspaceId, ids],
  });
}

/** Identities of customers, oldest first. */
export function readIdentities(
  pool: pg.Pool,
  workspaceId: string,
  customerIds: readonly string[],
): Promise<(CustomerIdentity & { readonly customerId: string })[]> {
  return readInWorkspace(pool, workspaceId, {
    name: 'identities-of-customers',
    text: `select customer_id as "customerId", kind, value from customer_identity
            where workspace_id = $1 and customer_id = any($2) order by created_at, kind, value`,
    values: [workspaceId, customerIds],
  });
}

/** The workspace itself. */
export async function readWorkspace(
  pool: pg.Pool,
  workspaceId: string,
): Promise<{ id: string; name: string; timeZone: string } | null> {
  const rows = await readInWorkspace<{ id: string; name: string; timeZone: string }>(pool, workspaceId, {
    name: 'workspace',
    text: `select workspace_id as id, name, time_zone as "timeZone" from workspace where workspace_id = $1`,
    values: [workspaceId],
  });
  return rows[0] ?? null;
}
