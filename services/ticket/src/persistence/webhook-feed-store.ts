import type { TicketEventKind } from '@smart-tickets/contracts';
import type { FeedEvent } from '@smart-tickets/kit/event-feed';
import type { Tx } from '@smart-tickets/kit/postgres';
import type pg from 'pg';
import type { Webhook } from '../domain/webhook.ts';

/** How far a webhook has been told, and what it wants. */
export type FedWebhook = Pick<Webhook, 'id' | 'events'> & { readonly reached: number };

/** An event that is to be told, with the webhooks that it goes to. */
export interface NewDelivery {
  readonly id: string;
  readonly pos: number;
  readonly ticketId: string;
  readonly kind: TicketEventKind;
  readonly at: string;
  readonly data: object;
  readonly webhookIds: readonly string[];
}

/** Workspaces behind `after`, in the order of their ids, that have events which a webhook was not told yet. */
export async function workspacesToFeed(
  systemPool: pg.Pool,
  after: string | null,
  limit: number,
): Promise<string[]> {
  const { rows } = await systemPool.query<{ id: string }>({
    name: 'webhook-workspaces',
    text: `select distinct w.workspace_id as id
             from webhook w join event_log_head h on h.workspace_id = w.workspace_id
            where w.enabled and w.reached < h.pos and ($1::uuid is null or w.workspace_id > $1)
            order by w.workspace_id limit $2`,
    values: [after, limit],
  });
  return rows.map(({ id }) => id);
}

/** What carries the events of one workspace over to its webhooks, within one transaction. */
export class WebhookFeedStore {
  #tx: Tx;

  constructor(tx: Tx) {
    this.#tx = tx;
  }

  /** The webhooks that are to be told, under lock: of two feeds at the same time the second sees what the first did. */
  async lockEnabled(): Promise<FedWebhook[]> {
    const { rows } = await this.#tx.query<FedWebhook>({
      name: 'webhook-feed-lock',
      text: `select id, events, reached from webhook where workspace_id = $1 and enabled order by id for update`,
      values: [this.#tx.workspaceId],
    });
    return rows;
  }

  /** The newest position of the log. */
  async head(): Promise<number> {
    const { rows } = await this.#tx.query<{ pos: number }>({
      name: 'webhook-feed-head',
      text: 'select pos from event_log_head where workspace_id = $1',
      values: [this.#tx.workspaceId],
    });
    return rows[0]?.pos ?? 0;
  }

  /** The events behind a position, oldest first. */
  async page(after: number, limit: number): Promise<FeedEvent[]> {
    const { rows } = await this.#tx.query<FeedEvent>({
      name: 'webhook-feed-page',
      text: `select pos, event_id as "eventId", topic, payload, at from event_log
              where workspace_id = $1 and pos > $2 order by pos limit $3`,
      values: [this.#tx.workspaceId, after, limit],
    });
    return rows;
  }

  /** Adds deliveries. Of each ticket the first is due at once, unless an earlier one of it waits. */
  add(deliveries: readonly NewDelivery[], nowIso: string): void {
    if (deliveries.length === 0) return;
    const targets = deliveries.flatMap(({ pos, webhookIds }) => webhookIds.map((id) => ({ id, pos })));
    this.#tx.send({
      name: 'webhook-deliveries-add',
      text: `insert into webhook_delivery (workspace_id, webhook_id, id, pos, ticket_id, kind, event_at, data, status,
                                           due_at, created_at)
             select $1, n.webhook_id, n.id, n.pos, n."ticketId", n.kind, n.at, n.data, 'PENDING',
                    case when n.nth = 1 and not exists (
                        select from webhook_delivery e
                         where e.workspace_id = $1 and e.webhook_id = n.webhook_id and e.ticket_id = n."ticketId"
                               and e.status = 'PENDING') then $5::timestamptz end,
                    $5
               from (select t.webhook_id, e.*,
                            row_number() over (partition by t.webhook_id, e."ticketId" order by e.pos) as nth
                       from unnest($3::uuid[], $4::bigint[]) as t(webhook_id, pos)
                       join jsonb_to_recordset($2::jsonb) as e(
                            id uuid, pos bigint, "ticketId" uuid, kind text, at timestamptz, data jsonb)
                         on e.pos = t.pos) n
             on conflict do nothing`,
      values: [
        this.#tx.workspaceId,
        JSON.stringify(
          deliveries.map(({ id, pos, ticketId, kind, at, data }) => ({ id, pos, ticketId, kind, at, data })),
        ),
        targets.map(({ id }) => id),
        targets.map(({ pos }) => pos),
        nowIso,
      ],
    });
  }

  /** Notes how far webhooks have been told. */
  advance(webhookIds: readonly string[], reached: number): void {
    this.#tx.send({
      name: 'webhook-feed-advance',
      text: `update webhook set reached = greatest(reached, $3) where workspace_id = $1 and id = any($2::uuid[])`,
      values: [this.#tx.workspaceId, webhookIds, reached],
    });
  }

  /** Whether more than `most` deliveries wait for a webhook. */
  async hasMoreThan(webhookId: string, most: number): Promise<boolean> {
    const { rows } = await this.#tx.query({
      name: 'webhook-pending',
      text: `select from webhook_delivery where workspace_id = $1 and webhook_id = $2 and status = 'PENDING'
              offset $3 limit 1`,
      values: [this.#tx.workspaceId, webhookId, most],
    });
    return rows.length > 0;
  }
}
