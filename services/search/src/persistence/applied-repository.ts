import type { Statement } from '@smart-tickets/kit/postgres';
import type pg from 'pg';

/** Whether a position was taken in, and by how much it is ahead of the newest one that was (negative when behind). */
export interface AppliedRow {
  readonly pos: number;
  readonly applied: boolean;
  readonly ahead: number;
}

/** Statement that tells which of these positions have been taken in: one AppliedRow for each. */
export function readApplied(workspaceId: string, positions: readonly number[]): Statement {
  return {
    name: 'applied-read',
    text: `select asked.pos, asked.pos - greatest(water.pos, newest.pos) as ahead,
                  asked.pos <= water.pos
                  or exists (select from applied_event where workspace_id = $1 and pos = asked.pos) as applied
             from unnest($2::bigint[]) as asked(pos),
                  (select coalesce(max(pos), 0) as pos from applied_low_water where workspace_id = $1) water,
                  (select coalesce(max(pos), 0) as pos from applied_event where workspace_id = $1) newest`,
    values: [workspaceId, positions],
  };
}

/** Workspaces that have taken anything in. Needs the system role. */
export async function readWorkspaces(systemPool: pg.Pool): Promise<string[]> {
  const { rows } = await systemPool.query<{ workspace_id: string }>(
    'select workspace_id from applied_low_water order by workspace_id',
  );
  return rows.map((row) => row.workspace_id);
}

/**
 * Forgets up to `most` positions of one workspace, lowest first, and remembers the highest of them. It stops before a
 * gap, whose job may still wait, unless what comes after the gap was taken in more than `gapDays` ago. Gives back how
 * many; 0 also while another process is at it. Needs the system role.
 */
export async function pruneApplied(
  systemPool: pg.Pool,
  workspaceId: string,
  gapDays: number,
  most: number,
): Promise<number> {
  const { rows } = await systemPool.query<{ gone: number }>(
    `with water as (
       select pos from applied_low_water where workspace_id = $1 for update skip locked),
     lowest as (
       select pos, at from applied_event where workspace_id = $1 order by pos limit $3),
     steps as (
       select l.pos, l.at, greatest(w.pos, lag(l.pos) over (order by l.pos)) as before
         from lowest l cross join water w),
     stop as (
       select min(pos) as pos from steps where pos > before + 1 and at > now() - make_interval(days => $2)),
     gone as (
       delete from applied_event a using steps, stop
        where a.workspace_id = $1 and a.pos = steps.pos and (stop.pos is null or a.pos < stop.pos)
       returning a.pos),
     marked as (
       update applied_low_water set pos = greatest(pos, (select max(pos) from gone))
        where workspace_id = $1 and exists (select from gone))
     select count(*) as gone from gone`,
    [workspaceId, gapDays, most],
  );
  return rows[0]?.gone ?? 0;
}

/** Moves what was indexed last into the index proper, before a search or a projection has to. Needs the system role. */
export async function flushPending(systemPool: pg.Pool): Promise<void> {
  await systemPool.query('select flush_search_pending()');
}
