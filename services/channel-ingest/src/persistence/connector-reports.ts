import { readInWorkspace, type Tx } from '@smart-tickets/kit/postgres';
import type pg from 'pg';
import { outageAfterMs, silentAfterMs, type ConnectorReport } from '../domain/connector.ts';

/** Notes a connector's word; what it says as before keeps its beginning. Gives back whether it ends an outage that was told. */
export async function noteReport(
  tx: Tx,
  channelId: string,
  error: string | null,
  nowIso: string,
): Promise<boolean> {
  const { rows } = await tx.query<{ ended: boolean }>({
    name: 'connector-report',
    text: `with before as materialized (
             select alarmed_at from connector_report where workspace_id = $1 and channel_id = $2 for update)
           insert into connector_report as r (workspace_id, channel_id, seen_at, error, since)
           values ($1, $2, $4, $3, $4)
           on conflict (workspace_id, channel_id) do update
              set seen_at = greatest(r.seen_at, excluded.seen_at), error = excluded.error,
                  since = case when (r.error is null) = (excluded.error is null) then r.since else excluded.since end,
                  alarmed_at = case when excluded.error is not null then r.alarmed_at end
           returning r.alarmed_at is null and exists (select from before where alarmed_at is not null) as ended`,
    values: [tx.workspaceId, channelId, error, nowIso],
  });
  return rows[0]?.ended ?? false;
}

/** The last words of channels' connectors, in no order; none of those that never reported. */
export function readReports(
  pool: pg.Pool,
  workspaceId: string,
  channelIds: readonly string[],
): Promise<(ConnectorReport & { readonly id: string })[]> {
  return readInWorkspace(pool, workspaceId, {
    name: 'connector-reports',
    text: `select channel_id as id, seen_at as "seenAt", error, since from connector_report
            where workspace_id = $1 and channel_id = any($2)`,
    values: [workspaceId, channelIds],
  });
}

/** A channel whose connector does not do its work. */
export interface ConnectorOutage extends ConnectorReport {
  readonly workspaceId: string;
  readonly channelId: string;
}

/** Whether the report `r` of the channel `c` tells of an outage at `now`; a channel that is switched off has none. */
const isOut = (now: string): string => `
  c.enabled and (r.seen_at < ${now}::timestamptz - make_interval(secs => ${silentAfterMs / 1_000})
                 or (r.error is not null and r.since < ${now}::timestamptz - make_interval(secs => ${outageAfterMs / 1_000})))`;

/** Outages of all workspaces that nobody was told of, marked as told: each is given to one caller. At most `limit`. */
export async function takeOutages(
  systemPool: pg.Pool,
  nowIso: string,
  limit: number,
): Promise<ConnectorOutage[]> {
  const { rows } = await systemPool.query<ConnectorOutage>(
    `update connector_report o set alarmed_at = $1
      where (o.workspace_id, o.channel_id) in (
        select r.workspace_id, r.channel_id from connector_report r
          join channel c on c.workspace_id = r.workspace_id and c.id = r.channel_id
         where r.alarmed_at is null and ${isOut('$1')} limit $2 for update of r skip locked)
      returning o.workspace_id as "workspaceId", o.channel_id as "channelId", o.seen_at as "seenAt", o.error, o.since`,
    [nowIso, limit],
  );
  return rows;
}

/** How many channels of all workspaces have a connector that does not do its work. */
export async function countOutages(systemPool: pg.Pool): Promise<number> {
  const { rows } = await systemPool.query<{ many: number }>(
    `select count(*)::int as many from connector_report r
       join channel c on c.workspace_id = r.workspace_id and c.id = r.channel_id where ${isOut('now()')}`,
  );
  return rows[0]?.many ?? 0;
}
