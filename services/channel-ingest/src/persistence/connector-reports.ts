import { readInWorkspace, type Tx } from '@smart-tickets/kit/postgres';
import type pg from 'pg';
import {
  deafAfterMs,
  outageAfterMs,
  silentAfterMs,
  type ConnectorReport,
  type HeardReport,
} from '../domain/connector.ts';
import type { ChannelGate } from '../domain/channel.ts';

/** So long before `now`. */
const before = (now: string, ms: number): string =>
  `${now}::timestamptz - make_interval(secs => ${ms / 1_000})`;

/** Since when the connector of the channel `c` could be heard at `now`; that instant itself where it cannot. */
const heardSince = (now: string): string => `
  case when c.enabled
       then greatest(c.enabled_at, coalesce((select case when l.until >= ${before(now, deafAfterMs)} then l.since end
                                               from intake_listening l), ${now}::timestamptz))
       else ${now}::timestamptz end`;

/** Whether somebody was told of an outage of the channel `c` that may go on: switched on again, it is a new one. */
const told = `(c.enabled and coalesce(r.alarmed_at >= c.enabled_at, false))`;

const reportColumns = (now: string): string => `
  r.seen_at as "seenAt", r.error, r.since, ${heardSince(now)} as "heardSince", ${told} as told`;

/** Whether the report `r` of the channel `c` tells of an outage at `now`; a channel that is switched off has none. */
const isOut = (now: string): string => `
  (greatest(r.seen_at, ${heardSince(now)}) < ${before(now, silentAfterMs)}
   or (r.error is not null and greatest(r.since, ${heardSince(now)}) < ${before(now, outageAfterMs)}))`;

/**
 * The last word of a channel's connector, null when it has never reported, and what its token is checked against, null when the
 * channel is gone. Neither changes until the end of the transaction.
 */
export async function lockReport(
  tx: Tx,
  channelId: string,
  nowIso: string,
): Promise<{ readonly channel: ChannelGate | null; readonly report: HeardReport | null }> {
  const [channels, reports] = await Promise.all([
    tx.query<ChannelGate & { readonly [column: string]: unknown }>({
      name: 'connector-channel',
      text: `select id, kind, enabled, token_generation as "tokenGeneration" from channel
              where workspace_id = $1 and id = $2 for key share`,
      values: [tx.workspaceId, channelId],
    }),
    tx.query<HeardReport & { readonly [column: string]: unknown }>({
      name: 'connector-report',
      text: `select ${reportColumns('$3')} from connector_report r
               join channel c on c.workspace_id = r.workspace_id and c.id = r.channel_id
              where r.workspace_id = $1 and r.channel_id = $2 for update of r`,
      values: [tx.workspaceId, channelId, nowIso],
    }),
  ]);
  return { channel: channels.rows[0] ?? null, report: reports.rows[0] ?? null };
}

/** Keeps a connector's word; that it works ends its outage. */
export function saveReport(tx: Tx, channelId: string, { seenAt, error, since }: ConnectorReport): void {
  tx.send({
    name: 'connector-report-save',
    text: `insert into connector_report as r (workspace_id, channel_id, seen_at, error, since) values ($1, $2, $3, $4, $5)
           on conflict (workspace_id, channel_id) do update
              set seen_at = excluded.seen_at, error = excluded.error, since = excluded.since,
                  alarmed_at = case when excluded.error is not null then r.alarmed_at end`,
    values: [tx.workspaceId, channelId, seenAt, error, since],
  });
}

/** The last words of channels' connectors, in no order; none of those that never reported. */
export function readReports(
  pool: pg.Pool,
  workspaceId: string,
  channelIds: readonly string[],
  now: Date,
): Promise<(HeardReport & { readonly id: string })[]> {
  return readInWorkspace(pool, workspaceId, {
    name: 'connector-reports',
    text: `select r.channel_id as id, ${reportColumns('$3')} from connector_report r
             join channel c on c.workspace_id = r.workspace_id and c.id = r.channel_id
            where r.workspace_id = $1 and r.channel_id = any($2)`,
    values: [workspaceId, channelIds, now.toISOString()],
  });
}

/** A channel whose connector does not do its work. */
export interface ConnectorOutage extends HeardReport {
  readonly workspaceId: string;
  readonly channelId: string;
}

/**
 * Gives `tell` the outages of all workspaces that nobody was told of, at most `limit`, and then notes that they are told. Two
 * callers at the same time get different ones. When it does not come to the note, they are told again.
 */
export async function tellUntold(
  systemPool: pg.Pool,
  nowIso: string,
  limit: number,
  tell: (outage: ConnectorOutage) => void,
): Promise<void> {
  const client = await systemPool.connect();
  let broken = true;
  try {
    await client.query('begin');
    const { rows } = await client.query<ConnectorOutage>(
      `select r.workspace_id as "workspaceId", r.channel_id as "channelId", ${reportColumns('$1')}
         from connector_report r join channel c on c.workspace_id = r.workspace_id and c.id = r.channel_id
        where c.enabled and not ${told} and ${isOut('$1')} limit $2 for update of r skip locked`,
      [nowIso, limit],
    );
    for (const outage of rows) tell(outage);
    await client.query(
      `update connector_report r set alarmed_at = $1
         from unnest($2::uuid[], $3::uuid[]) as told (workspace_id, channel_id)
        where r.workspace_id = told.workspace_id and r.channel_id = told.channel_id`,
      [nowIso, rows.map(({ workspaceId }) => workspaceId), rows.map(({ channelId }) => channelId)],
    );
    await client.query('commit');
    broken = false;
  } finally {
    // A connection with an open transaction is not for others.
    client.release(broken);
  }
}

/** How many channels of all workspaces have a connector that does not do its work. */
export async function countOutages(systemPool: pg.Pool): Promise<number> {
  const { rows } = await systemPool.query<{ many: number }>(
    `select count(*)::int as many from connector_report r
       join channel c on c.workspace_id = r.workspace_id and c.id = r.channel_id
      where c.enabled and (${told} or ${isOut('now()')})`,
  );
  return rows[0]?.many ?? 0;
}

/** Notes that the intake takes reports at this instant; after a gap in these notes it has done so only from now on. */
export async function noteListening(systemPool: pg.Pool, nowIso: string): Promise<void> {
  await systemPool.query(
    `insert into intake_listening as l (since, until) values ($1, $1)
     on conflict (only_one) do update
        set since = case when l.until < ${before('$1', deafAfterMs)} then excluded.since else l.since end,
            until = greatest(l.until, excluded.until)`,
    [nowIso],
  );
}
