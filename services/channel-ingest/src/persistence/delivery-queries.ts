import type { DeliveryStatus } from '@smart-tickets/contracts';
import { readInWorkspace } from '@smart-tickets/kit/postgres';
import type pg from 'pg';
import type { Delivery, OutboundContent } from '../domain/delivery.ts';
import { deliveryColumns, isClaimable } from './delivery-store.ts';

/** Answers on their way out, by id, in no order. */
export function readDeliveries(
  pool: pg.Pool,
  workspaceId: string,
  ids: readonly string[],
): Promise<Delivery[]> {
  return readInWorkspace<Delivery>(pool, workspaceId, {
    name: 'delivery-by-id',
    text: `select ${deliveryColumns} from delivery d where d.workspace_id = $1 and d.id = any($2)`,
    values: [workspaceId, ids],
  });
}

/** What answers say, by the answer's id. */
export function readContents(
  pool: pg.Pool,
  workspaceId: string,
  ids: readonly string[],
): Promise<{ readonly id: string; readonly content: OutboundContent }[]> {
  return readInWorkspace(pool, workspaceId, {
    name: 'delivery-contents',
    text: `select id, content from delivery_content where workspace_id = $1 and id = any($2)`,
    values: [workspaceId, ids],
  });
}

/** One page of the answers that go or went out, newest first. */
export function listDeliveries(
  pool: pg.Pool,
  workspaceId: string,
  filter: { readonly channelId: string | null; readonly statuses: readonly DeliveryStatus[] | null },
  after: { readonly at: string; readonly id: string } | null,
  limit: number,
): Promise<Delivery[]> {
  return readInWorkspace<Delivery>(pool, workspaceId, {
    text: `select ${deliveryColumns} from delivery d
            where d.workspace_id = $1
              ${filter.channelId === null ? 'and $2::uuid is null' : 'and d.channel_id = $2'}
              ${filter.statuses === null ? 'and $3::text[] is null' : 'and d.status = any($3)'}
              ${after === null ? 'and $4::timestamptz is null and $5::uuid is null' : 'and (d.created_at, d.id) < ($4::timestamptz, $5::uuid)'}
            order by d.created_at desc, d.id desc limit $6`,
    values: [workspaceId, filter.channelId, filter.statuses, after?.at ?? null, after?.id ?? null, limit],
  });
}

/** Most answers of one channel that are counted when it is asked how many wait. */
export const mostCounted = 10_000;

/** How many answers of a channel may be claimed now. */
export interface WaitingRow {
  readonly channelId: string;
  readonly enabled: boolean;
  readonly generation: number;
  /** At most 10,000. */
  readonly count: number;
  /** Another one whenever it is not the very same answers that wait. */
  readonly mark: string;
  /** When the next one may be claimed without any change, by a pause or lease that ends; null when none will. */
  readonly nextAt: string | null;
}

/** How many answers of each of these channels may be claimed at this instant; a channel that is not there is left out. */
export function countWaiting(
  pool: pg.Pool,
  workspaceId: string,
  channelIds: readonly string[],
  nowIso: string,
): Promise<WaitingRow[]> {
  return readInWorkspace<WaitingRow>(pool, workspaceId, {
    name: 'delivery-waiting',
    text: `select c.id as "channelId", c.enabled, c.token_generation as generation, w.count, w.mark, n.at as "nextAt"
             from channel c
             cross join lateral (
               select count(*) as count,
                      coalesce(bit_xor(hashtextextended(x.id::text, x.attempts)), 0)::text as mark
                 from (select d.id, d.attempts from delivery d
                        where d.workspace_id = $1 and d.channel_id = c.id and d.claimable_at <= $3 and ${isClaimable}
                        order by d.claimable_at, d.pos limit ${mostCounted}) x) w
             cross join lateral (
               select min(d.claimable_at) as at from delivery d
                where d.workspace_id = $1 and d.channel_id = c.id and d.claimable_at > $3
                  and d.status in ('QUEUED', 'CLAIMED')) n
            where c.workspace_id = $1 and c.id = any($2)`,
    values: [workspaceId, channelIds, nowIso],
  });
}
