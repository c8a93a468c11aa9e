import type { TicketStatus } from '@smart-tickets/contracts';
import { readInWorkspace } from '@smart-tickets/kit/postgres';
import type pg from 'pg';
import type { Ticket } from '../domain/ticket.ts';
import type { ListPosition } from './ticket-queries.ts';
import { ticketColumns } from './ticket-sql.ts';

/** Which tickets of each customer: at most `limit` after a position, of these statuses or any. */
export interface CustomerTicketsPage {
  readonly status: readonly TicketStatus[] | null;
  readonly after: ListPosition | null;
  readonly limit: number;
}

/** One page of the tickets of each of several customers, newest first within each. */
export function readTicketsOfCustomers(
  pool: pg.Pool,
  workspaceId: string,
  customerIds: readonly string[],
  { status, after, limit }: CustomerTicketsPage,
): Promise<Ticket[]> {
  const place = after === null ? '' : 'and (t.created_at, t.id) < ($5::timestamptz, $6::uuid)';
  return readInWorkspace<Ticket>(pool, workspaceId, {
    name: after === null ? 'tickets-of-customers' : 'tickets-of-customers-after',
    text: `select ${ticketColumns}
             from unnest($2::uuid[]) as wanted(id)
            cross join lateral (
                  select * from ticket t
                   where t.workspace_id = $1 and t.customer_id = wanted.id
                         and ($4::text[] is null or t.status = any($4)) ${place}
                   order by t.created_at desc, t.id desc limit $3) t
            order by t.customer_id, t.created_at desc, t.id desc`,
    values: [workspaceId, customerIds, limit, status, ...(after === null ? [] : [...after.keys, after.id])],
  });
}
