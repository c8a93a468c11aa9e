import type { WorkspaceChanged } from '@smart-tickets/contracts';
import type { Tx } from '@smart-tickets/kit/postgres';

/**
 * Notes a workspace's time zone and retention in days unless an event after `pos` has told of another. A name that Postgres does not know, since its
 * list is older than that of whoever checked it, counts as UTC.
 */
export function followWorkspace(
  tx: Tx,
  { timeZone, retentionDays }: Pick<WorkspaceChanged, 'timeZone' | 'retentionDays'>,
  pos: number,
): void {
  tx.send({
    name: 'workspace-follow',
    text: `
      insert into workspace_setting as s (workspace_id, time_zone, pos, retention_days)
      select $1, coalesce((select name from pg_timezone_names where lower(name) = lower($2) limit 1), 'UTC'), $3::bigint, $4
      on conflict (workspace_id) do update
         set time_zone = excluded.time_zone, pos = excluded.pos, retention_days = excluded.retention_days
       where s.pos <= excluded.pos`,
    values: [tx.workspaceId, timeZone, pos, retentionDays],
  });
}
