import { readInWorkspace } from '@smart-tickets/kit/postgres';
import type pg from 'pg';
import type { Channel } from '../domain/channel.ts';
import type { InboundMessage, InboundStatus } from '../domain/inbound-message.ts';
import { channelColumns, channelOf, type ReadChannel } from './channel-store.ts';
import { inboundColumns } from './inbound-columns.ts';

/** Channels by id, or all of the workspace (at most 1,000) when ids is null, by name. */
export async function readChannels(
  pool: pg.Pool,
  workspaceId: string,
  ids: readonly string[] | null,
): Promise<Channel[]> {
  const rows = await readInWorkspace<ReadChannel>(pool, workspaceId, {
    name: 'channels',
    text: `select ${channelColumns} from channel c
            where c.workspace_id = $1 and ($2::uuid[] is null or c.id = any($2)) order by c.name, c.id limit 1000`,
    values: [workspaceId, ids],
  });
  return rows.map(channelOf);
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

/** Those of these external ids that a message's channel had been handed in before that message. */
export async function earlierKeys(
  pool: pg.Pool,
  workspaceId: string,
  message: Pick<InboundMessage, 'id' | 'channelId'>,
  externalIds: readonly string[],
): Promise<string[]> {
  const rows = await readInWorkspace<{ key: string }>(pool, workspaceId, {
    name: 'inbound-earlier-keys',
    text: `select k.external_id as key
             from (select turn from inbound_message where workspace_id = $1 and id = $3 offset 0) as mine
            cross join inbound_key k
            cross join lateral (select m.turn from inbound_message m
                                 where m.workspace_id = $1 and m.id = k.message_id offset 0) as m
            where k.workspace_id = $1 and k.channel_id = $2 and k.external_id = any($4) and m.turn < mine.turn`,
    values: [workspaceId, message.channelId, message.id, externalIds],
  });
  return rows.map(({ key }) => key);
}

/** The first `bytes` bytes of mails by id, in no order; none of what is no mail. */
export function readMailStarts(
  pool: pg.Pool,
  workspaceId: string,
  ids: readonly string[],
  bytes: number,
): Promise<{ readonly id: string; readonly start: Buffer }[]> {
  return readInWorkspace(pool, workspaceId, {
    name: 'inbound-mail-starts',
    text: `select m.id, substring(r.raw from 1 for $3) as start
             from inbound_message m
            cross join lateral (select r.raw from inbound_raw r
                                 where r.workspace_id = $1 and r.id = m.id offset 0) as r
            where m.workspace_id = $1 and m.id = any($2) and m.format = 'MAIL'`,
    values: [workspaceId, ids, bytes],
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

/**
 * Messages of all workspaces that have waited so long that their job must be lost, marked as tried now: at most
 * `limit`, each given to one caller only. One that waits for its turn behind others of its sender is patient for an hour.
 */
export async function takeStalled(
  systemPool: pg.Pool,
  olderThanMinutes: number,
  limit: number,
): Promise<{ workspaceId: string; messageId: string }[]> {
  const { rows } = await systemPool.query<{ workspaceId: string; messageId: string }>(
    `update inbound_message m set last_attempt_at = now()
      where (m.workspace_id, m.id) in (
        select workspace_id, id from inbound_message m
         where status = 'RECEIVED' and last_attempt_at < now() - make_interval(mins => $1)
           and (stored_at < now() - interval '1 hour'
                or not exists (select from inbound_waiting w
                                where w.workspace_id = m.workspace_id and w.message_id = m.id and w.key like 'turn:%'))
         order by last_attempt_at limit $2 for update skip locked)
      returning m.workspace_id as "workspaceId", m.id as "messageId"`,
    [olderThanMinutes, limit],
  );
  return rows;
}
