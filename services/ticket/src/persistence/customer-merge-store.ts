import type { Tx } from '@smart-tickets/kit/postgres';
import type { Ticket } from '../domain/ticket.ts';
import { ticketColumns } from './ticket-sql.ts';
import type { LockedTicket } from './ticket-store.ts';

/** A customer who was merged away: into whom at first, and who stands for them at the end of the chain. */
export interface MergedCustomer {
  readonly id: string;
  readonly mergedInto: string;
  readonly heirId: string;
}

/** Merges of customers within one transaction. */
export class CustomerMergeStore {
  #tx: Tx;

  constructor(tx: Tx) {
    this.#tx = tx;
  }

  /** Makes other merges, their undoing, and erasures of the workspace wait until the end of the transaction. */
  lock(): void {
    this.#tx.send({
      name: 'customer-merges-lock',
      text: `select pg_advisory_xact_lock(hashtextextended('customer-merges:' || $1, 0))`,
      values: [this.#tx.workspaceId],
    });
  }

  /** Everybody for whom one of these customers stands. */
  async mergedInto(heirIds: readonly string[]): Promise<MergedCustomer[]> {
    const { rows } = await this.#tx.query<MergedCustomer>({
      name: 'customers-of-heirs',
      text: `select id, merged_into as "mergedInto", heir_id as "heirId" from customer
              where workspace_id = $1 and heir_id = any($2) order by id`,
      values: [this.#tx.workspaceId, heirIds],
    });
    return rows;
  }

  /** At most `limit` tickets of customers, or of those of `ids` that are theirs, locked in the order of their ids. */
  async lockTickets(
    customerIds: readonly string[],
    limit: number,
    ids: readonly string[] | null = null,
  ): Promise<LockedTicket[]> {
    const { rows } = await this.#tx.query<Ticket & { entryCount: number }>({
      name: 'tickets-of-customers-lock',
      text: `select ${ticketColumns}, t.entry_count as "entryCount" from ticket t
              where t.workspace_id = $1 and t.customer_id = any($2) and ($4::uuid[] is null or t.id = any($4))
              order by t.id limit $3 for update`,
      values: [this.#tx.workspaceId, customerIds, limit, ids],
    });
    return rows.map(({ entryCount, ...ticket }) => ({ ticket, entryCount }));
  }

  /** Merges locked customers: `into` stands for them, and for everybody for whom they have stood. */
  merge(into: string, from: readonly string[], tickets: readonly Ticket[], nowIso: string): void {
    const { workspaceId } = this.#tx;
    this.#tx.send({
      name: 'customers-merge',
      text: `update customer set heir_id = $2, merged_into = case when id = any($3) then $2 else merged_into end
              where workspace_id = $1 and (id = any($3) or heir_id = any($3))`,
      values: [workspaceId, into, from],
    });
    this.#tx.send({
      name: 'customers-merge-words',
      text: 'update customer_word set customer_id = $2 where workspace_id = $1 and customer_id = any($3)',
      values: [workspaceId, into, from],
    });
    for (const id of from) {
      this.#tx.send({
        name: 'customers-merge-record',
        text: `insert into customer_merge (workspace_id, from_id, into_id, at, ticket_ids) values ($1, $2, $3, $4, $5)`,
        values: [
          workspaceId,
          id,
          into,
          nowIso,
          tickets.filter(({ customerId }) => customerId === id).map((ticket) => ticket.id),
        ],
      });
    }
  }

  /** The tickets that the merge of a customer has moved. */
  async movedTickets(id: string): Promise<string[]> {
    const { rows } = await this.#tx.query<{ ids: string[] }>({
      name: 'customer-merge-read',
      text: 'select ticket_ids as ids from customer_merge where workspace_id = $1 and from_id = $2',
      values: [this.#tx.workspaceId, id],
    });
    return rows[0]?.ids ?? [];
  }

  /**
   * Lets a locked customer stand alone again, with everybody who was merged into them. `above` are those between them
   * and their heir: when one of those is taken out in turn, the tickets that went back here are none of theirs.
   */
  unmerge(
    customer: MergedCustomer,
    below: readonly string[],
    above: readonly string[],
    ticketIds: readonly string[],
  ): void {
    const { workspaceId } = this.#tx;
    const { id, heirId } = customer;
    this.#tx.send({
      name: 'customer-unmerge',
      text: `update customer set heir_id = case when id = $2 then null else $2 end,
                                 merged_into = case when id = $2 then null else merged_into end
              where workspace_id = $1 and (id = $2 or id = any($3))`,
      values: [workspaceId, id, below],
    });
    this.#tx.send({
      name: 'customer-unmerge-words',
      text: `update customer_word set customer_id = $2
              where workspace_id = $1 and customer_id = $3 and owner_id = any($4)`,
      values: [workspaceId, id, heirId, [id, ...below]],
    });
    this.#tx.send({
      name: 'customer-unmerge-record',
      text: 'delete from customer_merge where workspace_id = $1 and from_id = $2',
      values: [workspaceId, id],
    });
    this.#tx.send({
      name: 'customer-unmerge-above',
      text: `update customer_merge set ticket_ids = array(select unnest(ticket_ids) except select unnest($3::uuid[]))
              where workspace_id = $1 and from_id = any($2)`,
      values: [workspaceId, above, ticketIds],
    });
  }
}
