import type { Tx } from '@smart-tickets/kit/postgres';

/** What a customer's rating goes by, within one transaction of one workspace. */
export class RatingStore {
  #tx: Tx;

  constructor(tx: Tx) {
    this.#tx = tx;
  }

  /** The ticket itself, or the one in which it lives on since it was merged; null when there is no such ticket. */
  async standingTicket(ticketId: string): Promise<string | null> {
    const { rows } = await this.#tx.query<{ id: string }>({
      name: 'ticket-standing',
      text: 'select coalesce(heir_id, id) as id from ticket where workspace_id = $1 and id = $2',
      values: [this.#tx.workspaceId, ticketId],
    });
    return rows[0]?.id ?? null;
  }

  /** Ids under which a customer's tickets may be: its own and, since a merge, its heir's. None once it was erased. */
  async idsOfCustomer(customerId: string): Promise<string[]> {
    const { rows } = await this.#tx.query<{ id: string; heirId: string }>({
      name: 'customer-standing',
      text: `select c.id, h.id as "heirId" from customer c
               join customer h on h.workspace_id = c.workspace_id and h.id = case when c.heir_id is null then c.id else c.heir_id end
              where c.workspace_id = $1 and c.id = $2 and c.erased_at is null and h.erased_at is null`,
      values: [this.#tx.workspaceId, customerId],
    });
    return rows.flatMap(({ id, heirId }) => [id, heirId]);
  }
}
