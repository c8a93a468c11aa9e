import type { IdentityKind } from '@smart-tickets/contracts';
import type { Tx } from '@smart-tickets/kit/postgres';

/** Where an answer is. */
export interface AnswerPlace {
  /** The ticket that stands for the one that it is on. */
  readonly ticketId: string;
  readonly to: string[];
  readonly automatic: boolean;
}

/** An address at which answers do not arrive. */
export interface DeadAddress {
  readonly address: string;
  readonly error: string | null;
}

/** What becomes of answers on their way, within one transaction of one workspace. */
export class DeliveryStore {
  #tx: Tx;

  constructor(tx: Tx) {
    this.#tx = tx;
  }

  /** Where an answer is; null when the workspace has none of this id. */
  async place(messageId: string): Promise<AnswerPlace | null> {
    const { rows } = await this.#tx.query<AnswerPlace>({
      name: 'delivery-place',
      text: `select case when t.heir_id is null then t.id else t.heir_id end as "ticketId",
                    e.to_addresses as "to", e.automatic
               from timeline_entry e join ticket t on t.workspace_id = e.workspace_id and t.id = e.ticket_id
              where e.workspace_id = $1 and e.id = $2 and e.type = 'MESSAGE' and e.direction = 'OUTBOUND'`,
      values: [this.#tx.workspaceId, messageId],
    });
    return rows[0] ?? null;
  }

  /** The newest ticket that follows up a closed one and still takes changes, or its heir; null when there is none. */
  async openFollowUp(ticketId: string): Promise<string | null> {
    const { rows } = await this.#tx.query<{ id: string }>({
      name: 'delivery-follow-up',
      text: `select h.id from (
               select other_id, created_at from ticket_link
                where workspace_id = $1 and ticket_id = $2 and kind = 'FOLLOWED_UP_BY') l
               join ticket t on t.workspace_id = $1 and t.id = l.other_id
               join ticket h on h.workspace_id = $1
                            and h.id = case when t.heir_id is null then t.id else t.heir_id end
              where h.status not in ('CLOSED', 'SPAM') order by l.created_at desc, h.id desc limit 1`,
      values: [this.#tx.workspaceId, ticketId],
    });
    return rows[0]?.id ?? null;
  }

  /** Marks addresses as dead, whoever has them; what is marked keeps since when, and of what came last the reason. */
  bury(kinds: readonly IdentityKind[], dead: readonly DeadAddress[], at: string): void {
    this.#tx.send({
      name: 'delivery-bury',
      text: `update customer_identity i
                set undeliverable_since = coalesce(i.undeliverable_since, $5), undeliverable_reason = d.reason
               from unnest($2::text[]) as k(kind) cross join unnest($3::text[], $4::text[]) as d(address, reason)
              where i.workspace_id = $1 and i.kind = k.kind and i.value = d.address`,
      values: [
        this.#tx.workspaceId,
        kinds,
        dead.map(({ address }) => address),
        dead.map(({ error }) => error),
        at,
      ],
    });
  }
}
