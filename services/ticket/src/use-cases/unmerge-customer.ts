import { isId } from '@smart-tickets/kit/ids';
import { inWorkspace } from '@smart-tickets/kit/postgres';
import { err, ok, type Result } from '@smart-tickets/kit/result';
import type { Customer } from '../domain/customer.ts';
import { CustomerMergeStore, type MergedCustomer } from '../persistence/customer-merge-store.ts';
import { CustomerStore } from '../persistence/customer-store.ts';
import type { Caller, Deps } from './deps.ts';
import { maxMovedTickets, moveTickets } from './merge-customers.ts';

export type UnmergeCustomerFault = { readonly code: 'NOT_FOUND' } | { readonly code: 'ERASED' };

/**
 * Takes a merged customer out again, with everybody who had been merged into them before: their own identities lead to
 * them, and the tickets that the merge moved are theirs again, as far as these still belong to the heir. Who is not
 * merged away stays as they are, so a repeat changes nothing.
 */
export async function unmergeCustomer(
  deps: Deps,
  caller: Caller,
  rawId: string,
): Promise<Result<Customer, UnmergeCustomerFault>> {
  if (!isId(rawId)) return err({ code: 'NOT_FOUND' });
  const id = rawId.toLowerCase();
  const result = await inWorkspace<Customer, UnmergeCustomerFault>(
    deps.pool,
    caller.workspaceId,
    async (tx) => {
      const merges = new CustomerMergeStore(tx);
      const customers = new CustomerStore(tx);
      merges.lock();
      const heirId = await customers.heirOf(id);
      const family = heirId === null ? [] : await merges.mergedInto([heirId]);
      const below = belowOf(id, family);
      const locked = await customers.lock([id, ...below, ...(heirId === null ? [] : [heirId])]);
      const customer = locked.find((row) => row.id === id);
      if (customer === undefined) return err({ code: 'NOT_FOUND' });
      if (customer.erasedAt !== null) return err({ code: 'ERASED' });
      const merged = family.find((row) => row.id === id);
      if (merged === undefined) return ok(customer);
      const moved = await merges.movedTickets(id);
      const tickets = await merges.lockTickets([merged.heirId], maxMovedTickets, moved);
      const ticketIds = tickets.map(({ ticket }) => ticket.id);
      merges.unmerge(merged, below, aboveOf(merged, family), ticketIds);
      moveTickets(deps, tx, caller, tickets, id);
      return ok({ ...customer, mergedIntoId: null });
    },
  );
  deps.eventsWritten();
  return result;
}

/** Everybody who was merged into a customer, directly or not. */
function belowOf(id: string, family: readonly MergedCustomer[]): string[] {
  const below = new Set<string>();
  for (let grown = -1; grown !== below.size;) {
    grown = below.size;
    for (const row of family) if (row.mergedInto === id || below.has(row.mergedInto)) below.add(row.id);
  }
  return [...below];
}

/** Those between a customer and the heir. */
function aboveOf(customer: MergedCustomer, family: readonly MergedCustomer[]): string[] {
  const byId = new Map(family.map((row) => [row.id, row]));
  const above: string[] = [];
  for (let next = byId.get(customer.mergedInto); next !== undefined; next = byId.get(next.mergedInto))
    above.push(next.id);
  return above;
}
