import type { Tx } from '@smart-tickets/kit/postgres';
import type { Webhook, WebhookDeliveryStatus } from '../domain/webhook.ts';
import { webhookColumns } from './webhook-sql.ts';

/**
 * Webhooks within one transaction of one workspace. Whoever changes which deliveries wait, other than by finishing one,
 * holds the webhook's row lock: then an event that is added and an earlier one that is finished at the same time cannot
 * miss each other.
 */
export class WebhookStore {
  #tx: Tx;

  constructor(tx: Tx) {
    this.#tx = tx;
  }

  /** How many webhooks there are; until the end of the transaction nobody else adds one. */
  async countForAdding(): Promise<number> {
    this.#tx.send({
      name: 'webhooks-lock',
      text: `select pg_advisory_xact_lock(hashtextextended('webhook:' || $1, 0))`,
      values: [this.#tx.workspaceId],
    });
    const { rows } = await this.#tx.query<{ many: number }>({
      name: 'webhooks-count',
      text: 'select count(*) as many from webhook where workspace_id = $1 and deleted_at is null',
      values: [this.#tx.workspaceId],
    });
    return rows[0]?.many ?? 0;
  }

  /** The webhook, locked until the end of the transaction; null when the workspace has none of this id. */
  async lock(id: string): Promise<Webhook | null> {
    const { rows } = await this.#tx.query<Webhook>({
      name: 'webhook-lock',
      text: `select ${webhookColumns} from webhook w
              where w.workspace_id = $1 and w.id = $2 and w.deleted_at is null for update`,
      values: [this.#tx.workspaceId, id],
    });
    return rows[0] ?? null;
  }

  /** The secret of a locked webhook. */
  async secretOf(id: string): Promise<string> {
    const { rows } = await this.#tx.query<{ secret: string }>({
      name: 'webhook-secret',
      text: 'select secret from webhook where workspace_id = $1 and id = $2',
      values: [this.#tx.workspaceId, id],
    });
    return rows[0]?.secret ?? '';
  }

  /** Adds a webhook that is told what comes from now on. */
  add(webhook: Webhook, secret: string): void {
    this.#tx.send({
      name: 'webhook-add',
      text: `insert into webhook (workspace_id, id, name, url, events, enabled, secret, created_at, reached)
             values ($1, $2, $3, $4, $5, $6, $7, $8,
                     coalesce((select pos from event_log_head where workspace_id = $1), 0))`,
      values: [
        this.#tx.workspaceId,
        webhook.id,
        webhook.name,
        webhook.url,
        webhook.events,
        webhook.enabled,
        secret,
        webhook.createdAt,
      ],
    });
  }

  /** Writes what can be changed of a webhook. `resumed`: it goes on with what is new. Its failures are forgotten. */
  save(webhook: Webhook, resumed: boolean): void {
    this.#tx.send({
      name: 'webhook-save',
      text: `update webhook
                set name = $3, url = $4, events = $5, enabled = $6, disabled_reason = $7, failing = false,
                    reached = case when $8 then
                        coalesce((select pos from event_log_head where workspace_id = $1), 0) else reached end
              where workspace_id = $1 and id = $2`,
      values: [
        this.#tx.workspaceId,
        webhook.id,
        webhook.name,
        webhook.url,
        webhook.events,
        webhook.enabled,
        webhook.disabledReason,
        resumed,
      ],
    });
  }

  /** Gives a webhook a new secret; the one it had signs, too, until `formerUntil`. */
  rotate(id: string, secret: string, formerUntil: string): void {
    this.#tx.send({
      name: 'webhook-rotate',
      text: `update webhook set former_secret = secret, former_secret_until = $4, secret = $3
              where workspace_id = $1 and id = $2`,
      values: [this.#tx.workspaceId, id, secret, formerUntil],
    });
  }

  /** Takes a webhook away with its secrets; the sweep takes its deliveries, of which there may be many. */
  remove(id: string, nowIso: string): void {
    this.#tx.send({
      name: 'webhook-remove',
      text: `update webhook set deleted_at = $3, enabled = false, secret = '', former_secret = null
              where workspace_id = $1 and id = $2`,
      values: [this.#tx.workspaceId, id, nowIso],
    });
  }

  /** Switches a webhook off by itself. What waits for it is not sent any more, and is failed afterwards. */
  disable(id: string, reason: string): void {
    this.#tx.send({
      name: 'webhook-disable',
      text: `update webhook set enabled = false, disabled_reason = $3 where workspace_id = $1 and id = $2`,
      values: [this.#tx.workspaceId, id, reason],
    });
  }

  /**
   * Some of what waits for a webhook has failed for good, at most `limit`; how many. What of it is being sent right now is
   * not recorded any more.
   */
  async failWaiting(id: string, nowIso: string, limit: number): Promise<number> {
    const { rowCount } = await this.#tx.query({
      name: 'webhook-fail-waiting',
      text: `update webhook_delivery set status = 'FAILED', finished_at = $3, due_at = null, lease = null
              where workspace_id = $1 and webhook_id = $2 and id in (
                    select id from webhook_delivery
                     where workspace_id = $1 and webhook_id = $2 and status = 'PENDING' order by pos limit $4)`,
      values: [this.#tx.workspaceId, id, nowIso, limit],
    });
    return rowCount ?? 0;
  }

  /** The status of a delivery; null when there is none of this id. */
  async statusOf(webhookId: string, id: string): Promise<WebhookDeliveryStatus | null> {
    const { rows } = await this.#tx.query<{ status: WebhookDeliveryStatus }>({
      name: 'webhook-delivery-status',
      text: `select status from webhook_delivery where workspace_id = $1 and webhook_id = $2 and id = $3`,
      values: [this.#tx.workspaceId, webhookId, id],
    });
    return rows[0]?.status ?? null;
  }

  /**
   * Lets a failed delivery begin anew, behind earlier ones of its ticket that wait and before later ones, unless one of
   * those is being sent right now.
   */
  redrive(webhookId: string, id: string, nowIso: string): void {
    this.#tx.send({
      name: 'webhook-redrive',
      text: `update webhook_delivery d
                set status = 'PENDING', tries = 0, finished_at = null,
                    due_at = case when exists (
                        select from webhook_delivery e
                         where e.workspace_id = $1 and e.webhook_id = $2 and e.ticket_id = d.ticket_id
                               and e.status = 'PENDING' and e.pos < d.pos) then null else $4::timestamptz end
              where d.workspace_id = $1 and d.webhook_id = $2 and d.id = $3`,
      values: [this.#tx.workspaceId, webhookId, id, nowIso],
    });
    this.#tx.send({
      name: 'webhook-redrive-later',
      text: `update webhook_delivery l set due_at = null
               from webhook_delivery d
              where d.workspace_id = $1 and d.webhook_id = $2 and d.id = $3
                and l.workspace_id = $1 and l.webhook_id = $2 and l.ticket_id = d.ticket_id
                and l.status = 'PENDING' and l.pos > d.pos and l.due_at is not null and l.lease is null`,
      values: [this.#tx.workspaceId, webhookId, id],
    });
  }
}
