import { readInWorkspace, type Statement } from '@smart-tickets/kit/postgres';
import type pg from 'pg';
import { rangesOf } from '../domain/customer-words.ts';
import type { Customer } from '../domain/customer.ts';
import type { ListPosition } from './ticket-queries.ts';
import { customerColumns } from './ticket-sql.ts';

/** Where a customer stands in the list. */
export function customerPosition(customer: Customer): ListPosition {
  return { keys: [customer.createdAt], id: customer.id };
}

/**
 * One page of customers, newest first, at most `limit`: those who are found by a beginning of what was searched for, or
 * all. Customers who were merged away or erased are left out.
 */
export function listCustomers(
  pool: pg.Pool,
  workspaceId: string,
  search: string | null,
  after: ListPosition | null,
  limit: number,
): Promise<Customer[]> {
  return readInWorkspace<Customer>(pool, workspaceId, customersPage(workspaceId, search, after, limit));
}

/** The statement of the page above. */
export function customersPage(
  workspaceId: string,
  search: string | null,
  after: ListPosition | null,
  limit: number,
): Statement {
  const values: unknown[] = [workspaceId];
  const parameter = (value: unknown): string => `$${values.push(value)}`;
  const conditions = ['c.workspace_id = $1', 'c.heir_id is null', 'c.erased_at is null'];
  // Comparisons of bytes may go before row-level security's own check; LIKE may not, and would read every word.
  const ranges = rangesOf(search ?? '').map(
    ({ from, before }) => `w.word >= ${parameter(from)} and w.word < ${parameter(before)}`,
  );
  if (ranges.length > 0) {
    conditions.push(
      `c.id in (select w.customer_id from customer_word w where w.workspace_id = $1 and (${ranges.join(' or ')}))`,
    );
  }
  if (after !== null) {
    conditions.push(
      `(c.created_at, c.id) < (${parameter(after.keys[0])}::timestamptz, ${parameter(after.id)}::uuid)`,
    );
  }
  return {
    text: `select ${customerColumns} from customer c where ${conditions.join(' and ')}
            order by c.created_at desc, c.id desc limit ${parameter(limit)}`,
    values,
  };
}
