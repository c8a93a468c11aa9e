import type { Tx } from '@smart-tickets/kit/postgres';

/**
 * Notes a workspace's time zone unless an event after `pos` has told of another. A name that Postgres does not know, since its
 * list is older than that of whoever checked it, counts as UTC.
 */
export function followWorkspace(tx: Tx, timeZone: string, pos: number): void {
  tx.send({
    name: 'workspace-follow',
    text: `
      insert into workspace_setting as s (workspace_id, time_zone, pos)
      select $1, coalesce((select name from pg_timezone_names where lower(name) = lower($2) limit 1), 'UTC'), $3::bigint
      on conflict (workspace_id) do update set time_zone = excluded.time_zone, pos = excluded.pos
       where s.pos <= excluded.pos`,
    values: [tx.workspaceId, timeZone, pos],
  });
}
