import { isId } from '@smart-tickets/kit/ids';
import { err, ok, type Result } from '@smart-tickets/kit/result';
import type { Refusal } from '../domain/refusal.ts';
import type { Ticket } from '../domain/ticket.ts';
import {
  groupsOfUnmerge,
  planUnmerge,
  touchedByUnmerge,
  unmerge,
  waitingFromInUnmerge,
} from '../domain/unmerge.ts';
import { FamilyStore } from '../persistence/family-store.ts';
import { writeChange } from './change-ticket.ts';
import type { Caller, Deps } from './deps.ts';
import { inFamilies } from './in-families.ts';
import { agentOf, causeOf } from './update-ticket.ts';

/**
 * Takes a ticket out of the one it was merged into, with all that was merged into it before, and gives it back as it
 * stands for itself again. One that is merged into nothing is refused with CONFLICT, also when it was just taken out.
 */
export async function unmergeTicket(
  deps: Deps,
  caller: Caller,
  input: { readonly id: string },
): Promise<Result<Ticket, Refusal>> {
  const id = input.id.toLowerCase();
  if (!isId(id)) return err({ code: 'NOT_FOUND', field: 'id', message: 'There is no such ticket.' });
  const touched = (places: Parameters<typeof touchedByUnmerge>[0]): string[] => touchedByUnmerge(places, id);
  const result = await inFamilies<Ticket>(
    deps,
    caller.workspaceId,
    [id],
    'id',
    touched,
    async (tx, families) => {
      const planned = planUnmerge(families.places, families.locked, id);
      if (!planned.ok) return planned;
      const plan = planned.value;
      const store = new FamilyStore(tx);
      const facts = await store.facts(groupsOfUnmerge(plan), waitingFromInUnmerge(plan));
      const { leaving, followers, heir } = unmerge(plan, facts, deps.now().toISOString());
      store.markUnmerged(id, plan.leaving.mergedInto ?? plan.heir.id);
      for (const updated of [leaving, ...followers, heir])
        writeChange(deps, tx, updated.old, updated, agentOf(caller), causeOf(caller));
      return ok(leaving.ticket);
    },
  );
  deps.eventsWritten();
  return result;
}
