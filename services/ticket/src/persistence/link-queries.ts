import { readInWorkspace } from '@smart-tickets/kit/postgres';
import type pg from 'pg';
import { maxLinks, type TicketLink } from '../domain/links.ts';

/** The links of some tickets, each one's oldest `maxLinks`, in the order in which they were made. */
export function readLinks(
  pool: pg.Pool,
  workspaceId: string,
  ticketIds: readonly string[],
): Promise<(TicketLink & { readonly ticketId: string })[]> {
  return readInWorkspace(pool, workspaceId, {
    name: 'links-of-tickets',
    text: `select a.id as "ticketId", l.kind, l.other_id as "otherId"
             from unnest($2::uuid[]) as a(id)
            cross join lateral (
              select kind, other_id, created_at from ticket_link
               where workspace_id = $1 and ticket_id = a.id
               order by created_at, kind, other_id limit ${maxLinks}) l
            order by a.id, l.created_at, l.kind, l.other_id`,
    values: [workspaceId, ticketIds],
  });
}
