import type { Tx } from '@smart-tickets/kit/postgres';
import { wordOfIdentity, wordsOfName } from '../domain/customer-words.ts';
import type { Customer } from '../domain/customer.ts';
import { customerColumns } from './ticket-sql.ts';

/** Customers within one transaction of one workspace. */
export class CustomerStore {
  #tx: Tx;

  constructor(tx: Tx) {
    this.#tx = tx;
  }

  /** Customers in the order of their ids, locked until the end of the transaction; unknown ones are missing. */
  async lock(ids: readonly string[]): Promise<Customer[]> {
    const { rows } = await this.#tx.query<Customer>({
      name: 'customers-lock',
      text: `select ${customerColumns} from customer c
              where c.workspace_id = $1 and c.id = any($2) order by c.id for update`,
      values: [this.#tx.workspaceId, ids],
    });
    return rows;
  }

  /** Who stands for a customer since a merge; null when nobody does, or there is no such customer. */
  async heirOf(id: string): Promise<string | null> {
    const { rows } = await this.#tx.query<{ heirId: string | null }>({
      name: 'customer-heir',
      text: 'select heir_id as "heirId" from customer where workspace_id = $1 and id = $2',
      values: [this.#tx.workspaceId, id],
    });
    return rows[0]?.heirId ?? null;
  }

  /** Writes what agents may change of a locked customer. */
  save(customer: Customer): void {
    this.#tx.send({
      name: 'customer-save',
      text: `update customer set name = $3, company = $4, language = $5, time_zone = $6, groups = $7, fields = $8::jsonb,
                                 notes = $9
              where workspace_id = $1 and id = $2`,
      values: [
        this.#tx.workspaceId,
        customer.id,
        customer.name,
        customer.company,
        customer.language,
        customer.timeZone,
        customer.groups,
        JSON.stringify(customer.fields),
        customer.notes,
      ],
    });
  }

  /** Lets a locked customer be found by another name than before. */
  async rename(customerId: string, name: string | null): Promise<void> {
    const { rows } = await this.#tx.query<{ value: string }>({
      name: 'customer-values',
      text: 'select value from customer_identity where workspace_id = $1 and customer_id = $2',
      values: [this.#tx.workspaceId, customerId],
    });
    const words = [...new Set([...wordsOfName(name), ...rows.map(wordOfIdentity)])];
    this.#tx.send({
      name: 'customer-rename',
      text: `with gone as (
               delete from customer_word
                where workspace_id = $1 and customer_id = $2 and owner_id = $2 and word <> all($3))
             insert into customer_word (workspace_id, customer_id, word, owner_id)
             select $1, $2, word, $2 from unnest($3::text[]) as word where word <> ''
             on conflict do nothing`,
      values: [this.#tx.workspaceId, customerId, words],
    });
  }
}
