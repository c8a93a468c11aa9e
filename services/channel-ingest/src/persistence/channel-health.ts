import { readInWorkspace } from '@smart-tickets/kit/postgres';
import type pg from 'pg';

/** How a channel does; see `ChannelHealth` in the schema. */
export interface ChannelHealth {
  readonly id: string;
  readonly lastReceivedAt: string | null;
  readonly lastDeliveredAt: string | null;
  readonly receivedToday: number;
  readonly failedToday: number;
  readonly pendingDeliveries: number;
  readonly deadLetters: number;
}

/**
 * How channels do, in one statement; the day is that of the workspace's time zone, UTC until it is known. Each part is read
 * from an index that holds no more than is counted: the cost is that of today's messages, not of all.
 */
export function readHealth(
  pool: pg.Pool,
  workspaceId: string,
  ids: readonly string[],
  now: Date,
): Promise<ChannelHealth[]> {
  return readInWorkspace<ChannelHealth>(pool, workspaceId, {
    name: 'channel-health',
    text: `
      with zone as materialized (
        select coalesce((select time_zone from workspace_setting where workspace_id = $1), 'UTC') as name),
      day as materialized (
        select date_trunc('day', $3::timestamptz, zone.name) as starts from zone)
      select c.id,
             (select m.received_at from inbound_message m
               where m.workspace_id = $1 and m.channel_id = c.id
               order by m.received_at desc, m.id desc limit 1) as "lastReceivedAt",
             (select d.sent_at from delivery d
               where d.workspace_id = $1 and d.channel_id = c.id and d.sent_at is not null
               order by d.sent_at desc limit 1) as "lastDeliveredAt",
             (select count(*) from inbound_message m
               where m.workspace_id = $1 and m.channel_id = c.id and m.received_at >= day.starts) as "receivedToday",
             (select count(*) from inbound_message m
               where m.workspace_id = $1 and m.channel_id = c.id and m.status = 'DEAD_LETTER'
                 and m.processed_at >= day.starts)
             + (select count(*) from delivery d
                 where d.workspace_id = $1 and d.channel_id = c.id and d.status in ('FAILED', 'BOUNCED')
                   and d.changed_at >= day.starts) as "failedToday",
             (select count(*) from delivery d
               where d.workspace_id = $1 and d.channel_id = c.id
                 and d.status in ('QUEUED', 'CLAIMED')) as "pendingDeliveries",
             (select count(*) from inbound_message m
               where m.workspace_id = $1 and m.channel_id = c.id and m.status = 'DEAD_LETTER')
             + (select count(*) from delivery d
                 where d.workspace_id = $1 and d.channel_id = c.id
                   and d.status in ('FAILED', 'BOUNCED')) as "deadLetters"
        from day, channel c where c.workspace_id = $1 and c.id = any($2)`,
    values: [workspaceId, ids, now.toISOString()],
  });
}
