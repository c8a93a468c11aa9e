import { readInWorkspace } from '@smart-tickets/kit/postgres';
import type pg from 'pg';
import type { TicketFilter } from '../domain/filter.ts';
import { maxCountKeys, type TicketCount, type TicketCountBy } from '../domain/ticket-counts.ts';
import { filterSql } from './ticket-queries.ts';

const keyOf: Record<TicketCountBy, string> = {
  STATUS: 't.status',
  PRIORITY: 't.priority',
  CHANNEL: 't.channel',
  TEAM: `coalesce(t.team_id::text, 'none')`,
  ASSIGNEE: `coalesce(t.assignee_id::text, 'none')`,
};

/** Counts of the tickets that pass the filter, the most first, then by key; the same tickets that `listTickets` lists. */
export function countTickets(
  pool: pg.Pool,
  workspaceId: string,
  filter: TicketFilter,
  by: TicketCountBy,
): Promise<TicketCount[]> {
  const values: unknown[] = [workspaceId];
  const conditions = filterSql(filter, (value) => `$${values.push(value)}`);
  return readInWorkspace<TicketCount>(pool, workspaceId, {
    text: `select ${keyOf[by]} as key, count(*) as count, count(t.awaiting_reply_since) as "awaitingReply"
             from ticket t where ${['t.workspace_id = $1', ...conditions].join(' and ')}
            group by 1 order by count(*) desc, ${keyOf[by]} collate "C" limit ${maxCountKeys}`,
    values,
  });
}
