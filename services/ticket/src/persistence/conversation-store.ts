import type { Tx } from '@smart-tickets/kit/postgres';
import { isId } from '@smart-tickets/kit/ids';
import type { CustomerIdentity } from '../domain/customer.ts';

/** Most identities of a customer that are looked at. */
const maxIdentities = 100;

/** With whom a ticket is talked about and what has been said on it, within one transaction of one workspace. */
export class ConversationStore {
  #tx: Tx;

  constructor(tx: Tx) {
    this.#tx = tx;
  }

  /** The identities of a ticket's customer and of those merged into them, oldest first; none for an internal ticket. */
  identitiesOfTicket(ticketId: string): Promise<CustomerIdentity[]> {
    return this.#identities(
      'identities-of-ticket',
      'select customer_id from ticket where workspace_id = $1 and id = $2',
      ticketId,
    );
  }

  /** Whether the data of a ticket's customer were erased. */
  async isErased(ticketId: string): Promise<boolean> {
    const { rowCount } = await this.#tx.query({
      name: 'customer-of-ticket-erased',
      text: `select from ticket t join customer c on c.workspace_id = t.workspace_id and c.id = t.customer_id
              where t.workspace_id = $1 and t.id = $2 and c.erased_at is not null`,
      values: [this.#tx.workspaceId, ticketId],
    });
    return rowCount === 1;
  }

  /** The identities of a customer and of those merged into them, oldest first. */
  identitiesOf(customerId: string): Promise<CustomerIdentity[]> {
    return this.#identities('identities-of-customer', 'select $2::uuid', customerId);
  }

  async #identities(name: string, customer: string, id: string): Promise<CustomerIdentity[]> {
    const { rows } = await this.#tx.query<CustomerIdentity>({
      name,
      text: `select i.kind, i.value, i.verified
               from customer c join customer_identity i on i.workspace_id = c.workspace_id and i.customer_id = c.id
              where c.workspace_id = $1 and (c.id = (${customer}) or c.heir_id = (${customer}))
              order by i.created_at, i.kind, i.value limit $3`,
      values: [this.#tx.workspaceId, id, maxIdentities],
    });
    return rows;
  }

  /**
   * Ids of the messages after a known one on a ticket and those merged into it, oldest first: the newest `limit` when
   * there are more. All messages count as new when the known one is not among them. Messages of one instant on another
   * of these tickets count as after it: better shown twice than not at all.
   */
  async messageIdsAfter(ticketId: string, messageId: string | null, limit: number): Promise<string[]> {
    const { rows } = await this.#tx.query<{ id: string }>({
      name: 'messages-after',
      text: `
        with family as (
          select id from ticket where workspace_id = $1 and id = $2
          union all select id from ticket where workspace_id = $1 and heir_id = $2),
        known as (
          select ticket_id, at, seq from timeline_entry
           where workspace_id = $1 and id = $3 and ticket_id in (select id from family)),
        newest as (
          select e.id, e.at, e.seq from timeline_entry e
           where e.workspace_id = $1 and e.ticket_id in (select id from family) and e.type = 'MESSAGE'
             and not exists (select from known k
                              where (e.at, e.seq) <= (k.at, k.seq) and (e.at < k.at or e.ticket_id = k.ticket_id))
           order by e.at desc, e.seq desc limit $4)
        select id from newest order by at, seq`,
      values: [
        this.#tx.workspaceId,
        ticketId,
        messageId !== null && isId(messageId) ? messageId : null,
        limit,
      ],
    });
    return rows.map(({ id }) => id);
  }
}
