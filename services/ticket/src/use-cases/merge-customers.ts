import { isId } from '@smart-tickets/kit/ids';
import { inWorkspace, type Tx } from '@smart-tickets/kit/postgres';
import { err, ok, type Result } from '@smart-tickets/kit/result';
import type { Customer } from '../domain/customer.ts';
import { nextVersion } from '../domain/ticket.ts';
import { changesBetween } from '../domain/update.ts';
import { CustomerMergeStore } from '../persistence/customer-merge-store.ts';
import { CustomerStore } from '../persistence/customer-store.ts';
import type { LockedTicket } from '../persistence/ticket-store.ts';
import { writeChange } from './change-ticket.ts';
import type { Caller, Deps } from './deps.ts';
import { customerGone, type CustomerGone } from './update-customer.ts';
import { agentOf, causeOf } from './update-ticket.ts';

/** Most customers that are merged at once. */
export const maxMergedAtOnce = 20;
/** Most tickets that one merge moves. */
export const maxMovedTickets = 1_000;

export type MergeCustomersFault =
  | (CustomerGone & { readonly field: 'into' | 'from' })
  | { readonly code: 'INVALID'; readonly message: string }
  | { readonly code: 'LIMIT_EXCEEDED'; readonly message: string };

/**
 * Makes several customers one: `into` stands for them from now on, their identities lead to it, and their tickets become
 * its own. Who has been merged into it, or into another of `from`, already is passed over, so a repeat changes nothing. Of two merges in opposite
 * directions at the same time one wins; the other is refused, as its `into` is merged away.
 */
export async function mergeCustomers(
  deps: Deps,
  caller: Caller,
  input: { readonly into: string; readonly from: readonly string[] },
): Promise<Result<Customer, MergeCustomersFault>> {
  const into = input.into.toLowerCase();
  const from = [...new Set(input.from.map((id) => id.toLowerCase()))];
  const fault = faultOf(into, from);
  if (fault !== null) return err(fault);
  const result = await inWorkspace<Customer, MergeCustomersFault>(
    deps.pool,
    caller.workspaceId,
    async (tx) => {
      const merges = new CustomerMergeStore(tx);
      merges.lock();
      // They change only under the lock above, so this is who has to be locked.
      const below = await merges.mergedInto(from);
      const locked = await new CustomerStore(tx).lock([into, ...from, ...below.map(({ id }) => id)]);
      const decided = decide(locked, into, from);
      if (!decided.ok) return decided;
      const { heir, pending } = decided.value;
      if (pending.length === 0) return ok(heir);
      const tickets = await merges.lockTickets(pending, maxMovedTickets + 1);
      if (tickets.length > maxMovedTickets) {
        const message = `One merge moves at most ${maxMovedTickets} tickets; these customers have more.`;
        return err({ code: 'LIMIT_EXCEEDED', message });
      }
      merges.merge(
        into,
        pending,
        tickets.map(({ ticket }) => ticket),
        deps.now().toISOString(),
      );
      moveTickets(deps, tx, caller, tickets, into);
      return ok(heir);
    },
  );
  deps.eventsWritten();
  return result;
}

function faultOf(into: string, from: readonly string[]): MergeCustomersFault | null {
  if (from.length === 0) return { code: 'INVALID', message: 'Name at least one customer to merge.' };
  if (from.length > maxMergedAtOnce) {
    return { code: 'LIMIT_EXCEEDED', message: `At most ${maxMergedAtOnce} customers are merged at once.` };
  }
  if (from.includes(into)) {
    return { code: 'INVALID', message: 'A customer cannot be merged into themselves.' };
  }
  if (!isId(into)) return { code: 'NOT_FOUND', field: 'into' };
  return from.every(isId) ? null : { code: 'NOT_FOUND', field: 'from' };
}

function decide(
  customers: readonly Customer[],
  into: string,
  from: readonly string[],
): Result<{ readonly heir: Customer; readonly pending: string[] }, MergeCustomersFault> {
  const byId = new Map(customers.map((customer) => [customer.id, customer]));
  const heir = byId.get(into);
  const gone = customerGone(heir);
  if (heir === undefined || gone !== null) return err({ ...(gone ?? { code: 'NOT_FOUND' }), field: 'into' });
  const pending = from.filter((id) => {
    const heirId = byId.get(id)?.mergedIntoId ?? null;
    // Who has been merged into one of the others goes along with that one.
    return heirId === null || (heirId !== into && !from.includes(heirId));
  });
  for (const id of pending) {
    const lost = customerGone(byId.get(id));
    if (lost !== null) return err({ ...lost, field: 'from' });
  }
  return ok({ heir, pending });
}

/** Gives locked tickets to another customer, each with a change in its timeline and an event. */
export function moveTickets(
  deps: Deps,
  tx: Tx,
  caller: Caller,
  tickets: readonly LockedTicket[],
  customerId: string,
): void {
  const nowIso = deps.now().toISOString();
  for (const locked of tickets) {
    const ticket = nextVersion(locked.ticket, { customerId }, nowIso);
    const changes = changesBetween(locked.ticket, ticket);
    writeChange(deps, tx, locked, { ticket, changes }, agentOf(caller), causeOf(caller));
  }
}
