import { readInWorkspace } from '@smart-tickets/kit/postgres';
import type pg from 'pg';
import type { Webhook, WebhookDelivery, WebhookDeliveryStatus } from '../domain/webhook.ts';
import { webhookColumns } from './webhook-sql.ts';

/** All webhooks of a workspace, oldest first; there are few. */
export function readWebhooks(pool: pg.Pool, workspaceId: string): Promise<Webhook[]> {
  return readInWorkspace<Webhook>(pool, workspaceId, {
    name: 'webhooks',
    text: `select ${webhookColumns} from webhook w where w.workspace_id = $1 and w.deleted_at is null
            order by w.created_at, w.id`,
    values: [workspaceId],
  });
}

/** The webhooks of these ids that the workspace has. */
export function readWebhooksById(
  pool: pg.Pool,
  workspaceId: string,
  ids: readonly string[],
): Promise<Webhook[]> {
  return readInWorkspace<Webhook>(pool, workspaceId, {
    name: 'webhooks-by-id',
    text: `select ${webhookColumns} from webhook w
            where w.workspace_id = $1 and w.id = any($2::uuid[]) and w.deleted_at is null`,
    values: [workspaceId, ids],
  });
}

/** Which deliveries of each webhook: at most `limit`, of these statuses, before a place in the log. */
export interface WebhookDeliveriesPage {
  readonly statuses: readonly WebhookDeliveryStatus[];
  readonly before: number | null;
  readonly limit: number;
}

/** One page of the deliveries of each of several webhooks, newest first within each. */
export function readWebhookDeliveries(
  pool: pg.Pool,
  workspaceId: string,
  webhookIds: readonly string[],
  { statuses, before, limit }: WebhookDeliveriesPage,
): Promise<WebhookDelivery[]> {
  return readInWorkspace<WebhookDelivery>(pool, workspaceId, {
    name: 'webhook-deliveries',
    // Status by status, each by the index: the few that have failed are not looked for among all the others.
    text: `select p.id, p.webhook_id as "webhookId", p.pos, p.kind as event, p.ticket_id as "ticketId", p.status,
                  p.attempts, case when p.lease is null then p.due_at end as "nextAttemptAt",
                  p.created_at as "createdAt"
             from unnest($2::uuid[]) as wanted(id)
            cross join lateral (
                  select d.* from unnest($3::text[]) as s(status)
                   cross join lateral (
                         select * from webhook_delivery
                          where workspace_id = $1 and webhook_id = wanted.id and status = s.status
                                and ($4::bigint is null or pos < $4)
                          order by pos desc limit $5) d
                   order by d.pos desc limit $5) p
            order by p.webhook_id, p.pos desc`,
    values: [workspaceId, webhookIds, statuses, before, limit],
  });
}

/** Webhooks that are switched off while something waits for them, at most `limit`, of all workspaces; for the system role. */
export async function webhooksToFail(
  systemPool: pg.Pool,
  limit: number,
): Promise<{ readonly workspaceId: string; readonly id: string }[]> {
  const { rows } = await systemPool.query<{ workspaceId: string; id: string }>({
    name: 'webhooks-to-fail',
    text: `select w.workspace_id as "workspaceId", w.id from webhook w
            where not w.enabled and w.deleted_at is null
              and exists (select from webhook_delivery d
                           where d.workspace_id = w.workspace_id and d.webhook_id = w.id and d.status = 'PENDING')
            limit $1`,
    values: [limit],
  });
  return rows;
}

/** Forgets what was finished more than 30 days ago; `$2` bounds it, `$1` cannot make it less. */
export const trimWebhookDeliveries = `
  delete from webhook_delivery where (workspace_id, webhook_id, id) in (
    select workspace_id, webhook_id, id from webhook_delivery
     where finished_at < now() - make_interval(days => greatest(30, $1)) limit $2)`;

/** Forgets what was told to webhooks that are gone; `$2` bounds it, `$1` is unused. */
export const trimRemovedDeliveries = `
  delete from webhook_delivery where (workspace_id, webhook_id, id) in (
    select d.workspace_id, d.webhook_id, d.id
      from webhook w join webhook_delivery d on d.workspace_id = w.workspace_id and d.webhook_id = w.id
     where w.deleted_at is not null and $1::int is not null limit $2)`;

/** Forgets webhooks that are gone, with the last of what was told to them; `$2` bounds it, `$1` is unused. */
export const trimRemovedWebhooks = `
  delete from webhook where (workspace_id, id) in (
    select w.workspace_id, w.id from webhook w
     where w.deleted_at is not null and $1::int is not null
       and not exists (select from webhook_delivery d where d.workspace_id = w.workspace_id and d.webhook_id = w.id)
     limit $2)`;
