import { readInWorkspace } from '@smart-tickets/kit/postgres';
import type pg from 'pg';
import type { Channel } from '../domain/channel.ts';
import type { InboundMessage, InboundStatus } from '../domain/inbound-message.ts';
import { channelColumns, inboundColumns } from './inbound-store.ts';

/** Channels by id, or all of the workspace (at most 1,000) when ids is null, by name. */
export function readChannels(
  pool: pg.Pool,
  workspaceId: string,
  ids: readonly string[] | null,
): Promise<Channel[]> {
  return readInWorkspace<Channel>(pool, workspaceId, {
    name: 'channels',
    text: `select ${channelColumns} from channel c
            where c.workspace_id = $1 and ($2::uuid[] is null or c.id = any($2)) order by c.name, c.id limit 1000`,
    values: [workspaceId, ids],
  });
}

/** Messages by id, in no order. */
export function readInbound(
  pool: pg.Pool,
  workspaceId: string,
  ids: readonly string[],
): Promise<InboundMessage[]> {
  return readInWorkspace<InboundMessage>(pool, workspaceId, {
    name: 'inbound-by-id',
    text: `select ${inboundColumns} from inbound_message m where m.workspace_id = $1 and m.id = any($2)`,
    values: [workspaceId, ids],
  });
}

/** One page of what came in, newest first. */
export function listInbound(
  pool: pg.Pool,
  workspaceId: string,
  filter: { readonly channelId: string | null; readonly statuses: readonly InboundStatus[] | null },
  after: { readonly at: string; readonly id: string } | null,
  limit: number,
): Promise<InboundMessage[]> {
  return readInWorkspace<InboundMessage>(pool, workspaceId, {
    text: `select ${inboundColumns} from inbound_message m
            where m.workspace_id = $1
              ${filter.channelId === null ? 'and $2::uuid is null' : 'and m.channel_id = $2'}
              ${filter.statuses === null ? 'and $3::text[] is null' : 'and m.status = any($3)'}
              ${after === null ? 'and $4::timestamptz is null and $5::uuid is null' : 'and (m.received_at, m.id) < ($4::timestamptz, $5::uuid)'}
            order by m.received_at desc, m.id desc limit $6`,
    values: [workspaceId, filter.channelId, filter.statuses, after?.at ?? null, after?.id ?? null, limit],
  });
}

/** How many messages are in each state. */
export async function countInbound(
  pool: pg.Pool,
  workspaceId: string,
  channelId: string | null,
): Promise<Record<InboundStatus, number>> {
  const rows = await readInWorkspace<{ status: InboundStatus; count: number }>(pool, workspaceId, {
    name: 'inbound-counts',
    text: `select m.status, count(*) as count from inbound_message m
            where m.workspace_id = $1 and ($2::uuid is null or m.channel_id = $2) group by m.status`,
    values: [workspaceId, channelId],
  });
  const counts = { RECEIVED: 0, ON_TICKET: 0, DUPLICATE: 0, HELD: 0, DEAD_LETTER: 0 };
  for (const row of rows) counts[row.status] = row.count;
  return counts;
}

/**
 * Messages of all workspaces that have waited so long that their job must be lost, marked as tried now: at most
 * `limit`, each given to one caller only.
 */
export async function takeStalled(
  systemPool: pg.Pool,
  olderThanMinutes: number,
  limit: number,
): Promise<{ workspaceId: string; messageId: string }[]> {
  const { rows } = await systemPool.query<{ workspaceId: string; messageId: string }>(
    `update inbound_message m set last_attempt_at = now()
      where (m.workspace_id, m.id) in (
        select workspace_id, id from inbound_message
         where status = 'RECEIVED' and last_attempt_at < now() - make_interval(mins => $1)
         order by last_attempt_at limit $2 for update skip locked)
      returning m.workspace_id as "workspaceId", m.id as "messageId"`,
    [olderThanMinutes, limit],
  );
  return rows;
}
