import { ticketStatuses, type TicketPriority } from '@smart-tickets/contracts';
import { readInWorkspace } from '@smart-tickets/kit/postgres';
import type pg from 'pg';
import type { Customer, KnownIdentity } from '../domain/customer.ts';
import type { TicketFilter } from '../domain/filter.ts';
import type { Ticket } from '../domain/ticket.ts';
import type { Workspace } from '../domain/workspace.ts';
import type { TimelineEntry } from '../domain/timeline.ts';
import { identityColumns, identityOf, type IdentityRow } from './identity-row.ts';
import { briefEntryColumns, customerColumns, entryColumns, ticketColumns } from './ticket-sql.ts';
import { entryOf, type EntryRow } from './timeline-row.ts';

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

export const ticketOrders = [
  'UPDATED_DESC',
  'CREATED_DESC',
  'CREATED_ASC',
  'WAITING_LONGEST',
  'PRIORITY_DESC',
] as const;
export type TicketOrder = (typeof ticketOrders)[number];

/** A position in a list: the values of the sort columns before the id, and the id. */
export interface ListPosition {
  readonly keys: readonly (string | number)[];
  readonly id: string;
}

interface OrderSql {
  /** Sort expressions before the id, each with its type. The indexes are on these very expressions. */
  readonly columns: readonly (readonly [expression: string, type: 'timestamptz' | 'integer'])[];
  readonly direction: 'asc' | 'desc';
  keysOf(ticket: Ticket): (string | number)[];
}

/** Tickets that nobody waits for sort as if somebody had waited from this instant on. */
const neverWaiting = '9999-12-31T00:00:00.000Z';
const ranks: Record<TicketPriority, number> = { URGENT: 0, HIGH: 1, NORMAL: 2, LOW: 3 };

const orderSql: Record<TicketOrder, OrderSql> = {
  UPDATED_DESC: {
    columns: [['t.updated_at', 'timestamptz']],
    direction: 'desc',
    keysOf: ({ updatedAt }) => [updatedAt],
  },
  CREATED_DESC: {
    columns: [['t.created_at', 'timestamptz']],
    direction: 'desc',
    keysOf: ({ createdAt }) => [createdAt],
  },
  CREATED_ASC: {
    columns: [['t.created_at', 'timestamptz']],
    direction: 'asc',
    keysOf: ({ createdAt }) => [createdAt],
  },
  WAITING_LONGEST: {
    columns: [[`coalesce(t.awaiting_reply_since, timestamptz '9999-12-31 00:00:00+00')`, 'timestamptz']],
    direction: 'asc',
    keysOf: ({ awaitingReplySince }) => [awaitingReplySince ?? neverWaiting],
  },
  PRIORITY_DESC: {
    columns: [
      [
        `(case t.priority when 'URGENT' then 0 when 'HIGH' then 1 when 'NORMAL' then 2 else 3 end)`,
        'integer',
      ],
      ['t.created_at', 'timestamptz'],
    ],
    direction: 'asc',
    keysOf: ({ priority, createdAt }) => [ranks[priority], createdAt],
  },
};

/** Where a ticket stands in a list of this order. */
export function positionOf(order: TicketOrder, ticket: Ticket): ListPosition {
  return { keys: orderSql[order].keysOf(ticket), id: ticket.id };
}

/** The kinds of values that a position in a list of this order is made of, the id left out. */
export function keyTypes(order: TicketOrder): readonly ('timestamptz' | 'integer')[] {
  return orderSql[order].columns.map(([, type]) => type);
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
  const { columns, direction } = orderSql[order];
  const conditions = ['t.workspace_id = $1', ...filterSql(filter, parameter)];
  const sorted = [...columns.map(([expression]) => expression), 't.id'];
  if (after !== null) conditions.push(...afterSql(order, sorted, after, parameter));
  return readInWorkspace<Ticket>(pool, workspaceId, {
    text: `select ${ticketColumns} from ticket t where ${conditions.join(' and ')}
            order by ${sorted.map((expression) => `${expression} ${direction}`).join(', ')} limit ${parameter(limit)}`,
    values,
  });
}

function afterSql(
  order: TicketOrder,
  sorted: readonly string[],
  { keys, id }: ListPosition,
  parameter: (value: unknown) => string,
): string[] {
  const { columns, direction } = orderSql[order];
  const reached = columns.map(([, type], index) => `${parameter(keys[index])}::${type}`);
  const reachedId = `${parameter(id)}::uuid`;
  // Those whom nobody waits for are all equal: the planner would take this for the very end of the list.
  if (order === 'WAITING_LONGEST' && keys[0] === neverWaiting)
    return [`${sorted[0]} = ${reached[0]}`, `t.id > ${reachedId}`];
  return [
    `(${sorted.join(', ')}) ${direction === 'asc' ? '>' : '<'} (${[...reached, reachedId].join(', ')})`,
  ];
}

/** The conditions of a filter as SQL on the ticket `t`, each value as a parameter. `passes` says the same. */
export function filterSql(filter: TicketFilter, parameter: (value: unknown) => string): string[] {
  const conditions: string[] = [];
  const lists = [
    ['priority', filter.priority, 'text'],
    ['channel', filter.channel, 'text'],
    ['assignee_id', filter.assigneeId, 'uuid'],
    ['team_id', filter.teamId, 'uuid'],
    ['customer_id', filter.customerId, 'uuid'],
  ] as const;
  for (const [column, values, type] of lists) {
    if (values == null) continue;
    // One value alone: its index then has the order of the list, too.
    const [only] = values;
    conditions.push(
      values.length === 1
        ? `t.${column} = ${parameter(only)}::${type}`
        : `t.${column} = any(${parameter(values)}::${type}[])`,
    );
  }
  // Written out, so that the planner sees when the indexes of active tickets alone will do.
  if (filter.status != null) conditions.push(statusSql(filter.status));
  if (filter.tags != null) conditions.push(...tagsSql(filter.tags, parameter));
  if (filter.unassigned != null) conditions.push(`t.assignee_id is ${filter.unassigned ? '' : 'not '}null`);
  if (filter.awaitingReply != null) {
    conditions.push(`t.awaiting_reply_since is ${filter.awaitingReply ? 'not ' : ''}null`);
  }
  if (filter.snoozed != null) conditions.push(`t.snoozed_until is ${filter.snoozed ? 'not ' : ''}null`);
  if (filter.createdAfter != null)
    conditions.push(`t.created_at > ${parameter(filter.createdAfter)}::timestamptz`);
  if (filter.createdBefore != null)
    conditions.push(`t.created_at < ${parameter(filter.createdBefore)}::timestamptz`);
  if (filter.updatedAfter != null)
    conditions.push(`t.updated_at > ${parameter(filter.updatedAfter)}::timestamptz`);
  return conditions;
}

function statusSql(asked: readonly string[]): string {
  const known = ticketStatuses.filter((status) => asked.includes(status));
  return known.length === 0 ? 'false' : `t.status in (${known.map((status) => `'${status}'`).join(', ')})`;
}

/** So many tags are looked for by their index, which finds rare ones; any further ones only in what these leave. */
const indexedTags = 4;

function tagsSql(tags: readonly string[], parameter: (value: unknown) => string): string[] {
  const further = tags.slice(indexedTags);
  return [
    ...tags.slice(0, indexedTags).map(
      (tag) => `exists (select from ticket_tag g
                 where g.workspace_id = t.workspace_id and g.tag = ${parameter(tag)} and g.ticket_id = t.id)`,
    ),
    ...(further.length === 0 ? [] : [`t.tags @> ${parameter(further)}::text[]`]),
  ];
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

/** The same, messages without HTML, attachments and call, which lists of tickets do not show. */
export async function readBriefEntries(
  pool: pg.Pool,
  workspaceId: string,
  ids: readonly string[],
): Promise<TimelineEntry[]> {
  const rows = await readInWorkspace<EntryRow>(pool, workspaceId, {
    name: 'brief-entries-by-id',
    text: `select ${briefEntryColumns} from timeline_entry e where e.workspace_id = $1 and e.id = any($2)`,
    values: [workspaceId, ids],
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
    text: `select ${customerColumns} from customer c where c.workspace_id = $1 and c.id = any($2)`,
    values: [workspaceId, ids],
  });
}

/**
 * Identities of customers with those of the customers merged into them, oldest first, at most 100 each. Who was merged
 * away has none any more.
 */
export async function readIdentities(
  pool: pg.Pool,
  workspaceId: string,
  customerIds: readonly string[],
): Promise<(KnownIdentity & { readonly customerId: string })[]> {
  const rows = await readInWorkspace<IdentityRow & { customerId: string }>(pool, workspaceId, {
    name: 'identities-of-customers',
    text: `select wanted.id as "customerId", ${identityColumns}
             from unnest($2::uuid[]) as wanted(id)
            cross join lateral (
                  select k.kind, k.value, bool_or(k.verified) as verified, min(k.created_at) as since,
                         max(k.undeliverable_since) as undeliverable_since,
                         max(k.undeliverable_reason) as undeliverable_reason
                    from customer_identity k
                   where k.workspace_id = $1
                     and k.customer_id in (
                         select wanted.id where not exists (
                                select from customer
                                 where workspace_id = $1 and id = wanted.id and heir_id is not null)
                          union all
                         select id from customer where workspace_id = $1 and heir_id = wanted.id)
                   group by k.kind, k.value
                   order by since, k.kind, k.value limit 100) i
            order by wanted.id, i.since, i.kind, i.value`,
    values: [workspaceId, customerIds],
  });
  return rows.map(identityOf);
}

/** The workspace itself. */
export async function readWorkspace(pool: pg.Pool, workspaceId: string): Promise<Workspace | null> {
  const rows = await readInWorkspace<Workspace>(pool, workspaceId, {
    name: 'workspace',
    text: `select workspace_id as id, name, time_zone as "timeZone",
                  close_resolved_after_days as "closeResolvedAfterDays", retention_days as "retentionDays"
             from workspace where workspace_id = $1`,
    values: [workspaceId],
  });
  return rows[0] ?? null;
}
