import type { Tx } from '@smart-tickets/kit/postgres';
import type pg from 'pg';

/** A ticket whose time has come, as its index says; its row, under lock, decides. */
export interface DueTicket {
  readonly workspaceId: string;
  readonly id: string;
  /** Of snoozed tickets the instant to wake at, of resolved ones when they were resolved. */
  readonly at: string;
}

/** Most tickets of one page of what is due. */
export const duePageSize = 100;

const first: DueTicket = {
  workspaceId: '00000000-0000-0000-0000-000000000000',
  id: '00000000-0000-0000-0000-000000000000',
  at: '0001-01-01T00:00:00.000Z',
};

/** A page of the tickets of all workspaces that have to wake, those first that had to first; for the system role. */
export async function dueToWake(
  systemPool: pg.Pool,
  nowIso: string,
  after: DueTicket | null,
): Promise<DueTicket[]> {
  const { at, id } = after ?? first;
  const { rows } = await systemPool.query<DueTicket>({
    name: 'due-to-wake',
    text: `select workspace_id as "workspaceId", id, snoozed_until as at from ticket
            where snoozed_until <= $1 and (snoozed_until, id) > ($2::timestamptz, $3::uuid)
            order by snoozed_until, id limit ${duePageSize}`,
    values: [nowIso, at, id],
  });
  return rows;
}

/**
 * A page of the tickets of all workspaces that have been resolved for as long as their workspace says, workspace by
 * workspace; for the system role. Of each workspace no more rows are read than the page has.
 */
export async function dueToClose(
  systemPool: pg.Pool,
  nowIso: string,
  after: DueTicket | null,
): Promise<DueTicket[]> {
  const { workspaceId, at, id } = after ?? first;
  const { rows } = await systemPool.query<DueTicket>({
    name: 'due-to-close',
    text: `select w.workspace_id as "workspaceId", t.id, t.resolved_at as at
             from workspace w cross join lateral (
                  select id, resolved_at from ticket
                   where workspace_id = w.workspace_id and status = 'RESOLVED'
                     and resolved_at <= $1::timestamptz - make_interval(hours => 24 * w.close_resolved_after_days)
                     and (w.workspace_id <> $2::uuid or (resolved_at, id) > ($3::timestamptz, $4::uuid))
                   order by resolved_at, id limit ${duePageSize}) t
            where w.close_resolved_after_days > 0 and w.workspace_id >= $2::uuid
            order by w.workspace_id, t.resolved_at, t.id limit ${duePageSize}`,
    values: [nowIso, workspaceId, at, id],
  });
  return rows;
}

/** Days after which resolved tickets close in the transaction's workspace, as the setting is now; 0 for never. */
export async function closingDays(tx: Tx): Promise<number> {
  const { rows } = await tx.query<{ days: number }>({
    name: 'closing-days',
    text: 'select close_resolved_after_days as days from workspace where workspace_id = $1',
    values: [tx.workspaceId],
  });
  return rows[0]?.days ?? 0;
}
