import type { Statement } from '@smart-tickets/kit/postgres';
import type pg from 'pg';

/** Statement that tells whether the event at this position has been taken in: one row with `applied`. */
export function isApplied(workspaceId: string, pos: number): Statement {
  return {
    name: 'applied-is',
    text: `select exists (select from applied_event where workspace_id = $1 and pos = $2)
               or exists (select from applied_low_water where workspace_id = $1 and pos >= $2) as applied`,
    values: [workspaceId, pos],
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
 * Forgets up to `most` positions of one workspace that were taken in more than `olderThanMinutes` ago, lowest first,
 * and remembers the highest of them. Gives back how many. Needs the system role.
 */
export async function pruneApplied(
  systemPool: pg.Pool,
  workspaceId: string,
  olderThanMinutes: number,
  most: number,
): Promise<number> {
  const { rows } = await systemPool.query<{ gone: number }>(
    `with old as (
       select pos from applied_event
        where workspace_id = $1 and at < now() - make_interval(mins => $2)
        order by pos limit $3),
     gone as (
       delete from applied_event a using old where a.workspace_id = $1 and a.pos = old.pos returning a.pos),
     marked as (
       update applied_low_water set pos = greatest(pos, (select max(pos) from gone))
        where workspace_id = $1 and exists (select from gone))
     select count(*) as gone from gone`,
    [workspaceId, olderThanMinutes, most],
  );
  return rows[0]?.gone ?? 0;
}

/** Moves what was indexed last into the index proper, before a search or a projection has to. Needs the system role. */
export async function flushPending(systemPool: pg.Pool): Promise<void> {
  await systemPool.query('select flush_search_pending()');
}
