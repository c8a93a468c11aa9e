import { isId } from '@smart-tickets/kit/ids';
import { inWorkspace } from '@smart-tickets/kit/postgres';
import { err, ok, type Result } from '@smart-tickets/kit/result';
import type { Customer } from '../domain/customer.ts';
import {
  updateCustomer as update,
  type CustomerUpdate,
  type CustomerUpdateFault,
} from '../domain/update-customer.ts';
import { CustomerStore } from '../persistence/customer-store.ts';
import { CustomFieldStore } from '../persistence/custom-field-store.ts';
import type { Caller, Deps } from './deps.ts';

/** Why a customer cannot be changed: nobody is there, they were merged into another, or erased. */
export type CustomerGone =
  | { readonly code: 'NOT_FOUND' }
  | { readonly code: 'MERGED'; readonly heirId: string }
  | { readonly code: 'ERASED' };

export type UpdateCustomerFault = CustomerGone | CustomerUpdateFault;

/** Why this customer cannot be changed; null when they can. */
export function customerGone(customer: Customer | undefined): CustomerGone | null {
  if (customer === undefined) return { code: 'NOT_FOUND' };
  if (customer.erasedAt !== null) return { code: 'ERASED' };
  return customer.mergedIntoId === null ? null : { code: 'MERGED', heirId: customer.mergedIntoId };
}

/** Changes what is known of a customer; the last writer wins, field by field. What changes nothing writes nothing. */
export async function updateCustomer(
  deps: Deps,
  caller: Caller,
  input: CustomerUpdate & { readonly id: string },
): Promise<Result<Customer, UpdateCustomerFault>> {
  if (!isId(input.id)) return err({ code: 'NOT_FOUND' });
  return inWorkspace<Customer, UpdateCustomerFault>(deps.pool, caller.workspaceId, async (tx) => {
    const customers = new CustomerStore(tx);
    const [[customer], definitions] = await Promise.all([
      customers.lock([input.id]),
      new CustomFieldStore(tx).list('CUSTOMER'),
    ]);
    const gone = customerGone(customer);
    if (customer === undefined || gone !== null) return err(gone ?? { code: 'NOT_FOUND' });
    const updated = update(customer, input, definitions);
    if (!updated.ok) return updated;
    if (updated.value === null) return ok(customer);
    customers.save(updated.value);
    if (updated.value.name !== customer.name) await customers.rename(customer.id, updated.value.name);
    return ok(updated.value);
  });
}
