import type { TicketEventKind } from '@smart-tickets/contracts';
import type { Tx } from '@smart-tickets/kit/postgres';
import type pg from 'pg';
import { maxKeptAttempts, type WebhookAttempt } from '../domain/webhook.ts';

/** A delivery that was taken to be sent, with what is needed for it. `lease` tells this taking from a later one. */
export interface TakenDelivery {
  readonly workspaceId: string;
  readonly webhookId: string;
  readonly id: string;
  readonly lease: string;
  readonly kind: TicketEventKind;
  readonly eventAt: string;
  readonly data: unknown;
  readonly tries: number;
  readonly url: string;
  readonly failing: boolean;
  readonly secret: string;
  readonly formerSecret: string | null;
  readonly formerSecretUntil: string | null;
}

/** How much may be taken. */
export interface TakeLimits {
  /** Of one webhook at a time, in all processes; of one whose last try failed it is one. */
  readonly perWebhook: number;
  /** Of webhooks that work. */
  readonly sound: number;
  /** Of webhooks whose last try failed. */
  readonly failing: number;
}

const takingLockKey = 7_301_041;

// Each webhook is looked at by itself, so one with a long backlog costs no more than others. Those that work take turns;
// of those that fail the one that was tried longest ago comes first.
const takeSql = `
  with due as (
    select w.workspace_id, w.id as webhook_id, w.failing, w.tried_at, d.id, d.due_at, busy.many + d.nth as nth
      from webhook w
     cross join lateral (
           select count(*) as many from webhook_delivery l
            where l.workspace_id = w.workspace_id and l.webhook_id = w.id and l.lease is not null and l.due_at > $1) busy
     cross join lateral (
           select c.id, c.due_at, row_number() over (order by c.due_at, c.pos) as nth
             from (select id, due_at, pos from webhook_delivery
                    where workspace_id = w.workspace_id and webhook_id = w.id and due_at <= $1
                    order by due_at, pos limit $3) c) d
     where w.enabled and busy.many + d.nth <= case when w.failing then 1 else $3 end),
  chosen as (
    (select * from due where not failing order by nth, due_at limit $4)
    union all
    (select * from due where failing order by tried_at nulls first, due_at limit $5)),
  taken as (
    select d.workspace_id, d.webhook_id, d.id
      from chosen c
      join webhook_delivery d on d.workspace_id = c.workspace_id and d.webhook_id = c.webhook_id and d.id = c.id
     where d.due_at <= $1
       for update of d skip locked)
  update webhook_delivery d
     set lease = gen_random_uuid(), due_at = $1::timestamptz + make_interval(secs => $2)
    from taken t
    join webhook w on w.workspace_id = t.workspace_id and w.id = t.webhook_id
   where d.workspace_id = t.workspace_id and d.webhook_id = t.webhook_id and d.id = t.id
  returning d.workspace_id as "workspaceId", d.webhook_id as "webhookId", d.id, d.lease, d.kind,
            d.event_at as "eventAt", d.data, d.tries, w.url, w.failing, w.secret, w.former_secret as "formerSecret",
            w.former_secret_until as "formerSecretUntil"`;

/**
 * Takes deliveries that are due, of all workspaces, for `leaseSeconds`: who has not recorded what came of one by then
 * leaves it to others. Takers take turns; one that finds another at it takes nothing. For the system role.
 */
export async function takeDue(
  systemPool: pg.Pool,
  nowIso: string,
  leaseSeconds: number,
  limits: TakeLimits,
): Promise<TakenDelivery[]> {
  const client = await systemPool.connect();
  let broken = true;
  try {
    await client.query('begin');
    const { rows } = await client.query<{ locked: boolean }>({
      name: 'webhook-take-lock',
      text: 'select pg_try_advisory_xact_lock($1) as locked',
      values: [takingLockKey],
    });
    const taken =
      rows[0]?.locked === true
        ? await client.query<TakenDelivery>({
            name: 'webhook-take',
            text: takeSql,
            values: [nowIso, leaseSeconds, limits.perWebhook, limits.sound, limits.failing],
          })
        : { rows: [] };
    await client.query('commit');
    broken = false;
    return taken.rows;
  } finally {
    // A connection with an open transaction is not for others.
    client.release(broken);
  }
}

/** What comes of one taken delivery, within one transaction of its workspace. */
export class WebhookSendingStore {
  #tx: Tx;
  #delivery: TakenDelivery;

  constructor(tx: Tx, delivery: TakenDelivery) {
    this.#tx = tx;
    this.#delivery = delivery;
  }

  /** Keeps those away who change what waits, but not others who record. */
  share(): void {
    this.#tx.send({
      name: 'webhook-share',
      text: 'select from webhook where workspace_id = $1 and id = $2 for key share',
      values: [this.#tx.workspaceId, this.#delivery.webhookId],
    });
  }

  /** Records a try that ended the delivery; false when it is not ours to record any more. Wakes the ticket's next one. */
  async finish(status: 'DELIVERED' | 'FAILED', attempt: WebhookAttempt, nowIso: string): Promise<boolean> {
    const { workspaceId } = this.#tx;
    const { webhookId, id, lease } = this.#delivery;
    const { rows } = await this.#tx.query<{ ticketId: string }>({
      name: 'webhook-finish',
      text: `update webhook_delivery
                set status = $5, finished_at = $6, due_at = null, lease = null, tries = tries + 1,
                    attempts = ${withAttempt('$7')}
              where workspace_id = $1 and webhook_id = $2 and id = $3 and lease = $4
             returning ticket_id as "ticketId"`,
      values: [workspaceId, webhookId, id, lease, status, nowIso, JSON.stringify(attempt)],
    });
    const [finished] = rows;
    if (finished === undefined) return false;
    this.#tx.send({
      name: 'webhook-wake-next',
      text: `update webhook_delivery set due_at = $4
              where workspace_id = $1 and webhook_id = $2 and due_at is null
                and id = (select id from webhook_delivery
                           where workspace_id = $1 and webhook_id = $2 and ticket_id = $3 and status = 'PENDING'
                           order by pos limit 1)`,
      values: [workspaceId, webhookId, finished.ticketId, nowIso],
    });
    return true;
  }

  /** Records a try that is followed by another; false when it is not ours any more. One that was redriven goes first. */
  async retry(attempt: WebhookAttempt, retryAt: string): Promise<boolean> {
    const { webhookId, id, lease } = this.#delivery;
    const { rowCount } = await this.#tx.query({
      name: 'webhook-retry',
      text: `update webhook_delivery d
                set lease = null, tries = tries + 1, attempts = ${withAttempt('$6')},
                    due_at = case when exists (
                        select from webhook_delivery e
                         where e.workspace_id = $1 and e.webhook_id = $2 and e.ticket_id = d.ticket_id
                               and e.status = 'PENDING' and e.pos < d.pos) then null else $5::timestamptz end
              where d.workspace_id = $1 and d.webhook_id = $2 and d.id = $3 and d.lease = $4`,
      values: [this.#tx.workspaceId, webhookId, id, lease, retryAt, JSON.stringify(attempt)],
    });
    return rowCount === 1;
  }

  /** Gives the delivery back untried. */
  release(nowIso: string): void {
    const { webhookId, id, lease } = this.#delivery;
    this.#tx.send({
      name: 'webhook-release',
      text: `update webhook_delivery set lease = null, due_at = $5
              where workspace_id = $1 and webhook_id = $2 and id = $3 and lease = $4`,
      values: [this.#tx.workspaceId, webhookId, id, lease, nowIso],
    });
  }

  /** Notes whether the webhook works. A success of one that worked writes nothing. */
  note(failing: boolean, nowIso: string): void {
    this.#tx.send({
      name: 'webhook-note',
      text: `update webhook set failing = $3, tried_at = $4
              where workspace_id = $1 and id = $2 and (failing or $3)`,
      values: [this.#tx.workspaceId, this.#delivery.webhookId, failing, nowIso],
    });
  }
}

/** The attempts with one more; `attempt` is its parameter. The oldest goes when there are too many. */
function withAttempt(attempt: string): string {
  return `case when jsonb_array_length(attempts) >= ${maxKeptAttempts} then attempts - 0 else attempts end
                    || jsonb_build_array(${attempt}::jsonb)`;
}
