import { isId } from '@smart-tickets/kit/ids';
import { err, ok, type Result } from '@smart-tickets/kit/result';
import {
  groupsOfMerge,
  maxMergedAtOnce,
  merge,
  planMerge,
  touchedByMerge,
  type FamilyUpdate,
} from '../domain/merge.ts';
import type { Refusal } from '../domain/refusal.ts';
import type { Ticket } from '../domain/ticket.ts';
import { FamilyStore } from '../persistence/family-store.ts';
import { writeChange } from './change-ticket.ts';
import type { Caller, Deps } from './deps.ts';
import { inFamilies } from './in-families.ts';
import { agentOf, causeOf } from './update-ticket.ts';

/**
 * Merges tickets into one that lives on, and gives that one back. What is merged closes, keeps its own entries and
 * points to its heir; so does all that had been merged into it before. What has happened already is not done again.
 * Of opposite merges at the same time one takes place and the other is told of it by CONFLICT.
 */
export async function mergeTickets(
  deps: Deps,
  caller: Caller,
  input: { readonly into: string; readonly from: readonly string[] },
): Promise<Result<Ticket, Refusal>> {
  const into = input.into.toLowerCase();
  const from = input.from.map((id) => id.toLowerCase());
  const fault = faultOf(into, from);
  if (fault !== null) return err(fault);
  const ids = [into, ...from];
  const touched = (places: Parameters<typeof touchedByMerge>[0]): string[] =>
    touchedByMerge(places, into, from);
  const result = await inFamilies<Ticket>(
    deps,
    caller.workspaceId,
    ids,
    'into',
    touched,
    async (tx, families) => {
      const planned = planMerge(families.places, families.locked, into, from);
      if (!planned.ok) return planned;
      const plan = planned.value;
      if (plan === null) return ok(ticketOf(families.locked.get(into)));
      const store = new FamilyStore(tx);
      const facts = await store.facts(groupsOfMerge(plan));
      const { merged, followers, heir } = merge(plan, facts, deps.now().toISOString());
      store.markMerged(
        merged.map(({ ticket }) => ticket.id),
        into,
        heir.ticket.updatedAt,
      );
      const [actor, cause] = [agentOf(caller), causeOf(caller)];
      const write = (updates: readonly FamilyUpdate[], kind: 'TICKET_MERGED' | 'TICKET_CHANGED'): void => {
        for (const updated of updates) writeChange(deps, tx, updated.old, updated, actor, cause, kind);
      };
      write(merged, 'TICKET_MERGED');
      write(followers, 'TICKET_CHANGED');
      write([heir], 'TICKET_CHANGED');
      return ok(heir.ticket);
    },
  );
  deps.eventsWritten();
  return result;
}

function ticketOf(locked: { readonly ticket: Ticket } | undefined): Ticket {
  if (locked === undefined) throw new Error('a heir vanished while it was locked');
  return locked.ticket;
}

function faultOf(into: string, from: readonly string[]): Refusal | null {
  if (!isId(into)) return { code: 'NOT_FOUND', field: 'into', message: 'There is no such ticket.' };
  if (from.length === 0)
    return { code: 'INVALID', field: 'from', message: 'Name at least one ticket to merge.' };
  if (from.length > maxMergedAtOnce) {
    const message = `At most ${maxMergedAtOnce} tickets can be merged at once.`;
    return { code: 'LIMIT_EXCEEDED', field: 'from', message };
  }
  const unusable = from.find((id) => !isId(id));
  if (unusable !== undefined)
    return { code: 'NOT_FOUND', field: 'from', message: 'There is no such ticket.' };
  if (new Set(from).size < from.length) {
    return { code: 'INVALID', field: 'from', message: 'Name each ticket once.' };
  }
  if (from.includes(into)) {
    return { code: 'INVALID', field: 'from', message: 'A ticket cannot be merged into itself.' };
  }
  return null;
}
