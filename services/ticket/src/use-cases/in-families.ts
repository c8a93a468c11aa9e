import { inWorkspace, type Tx } from '@smart-tickets/kit/postgres';
import { err, type Result } from '@smart-tickets/kit/result';
import type { FamilyTicket, Place } from '../domain/family.ts';
import type { Refusal } from '../domain/refusal.ts';
import { FamilyStore } from '../persistence/family-store.ts';
import type { Deps } from './deps.ts';

/** Tickets of one or more families, locked, with the places of everybody in those families. */
export interface LockedFamilies {
  readonly places: readonly Place[];
  readonly locked: ReadonlyMap<string, FamilyTicket>;
}

const maxTries = 10;

/**
 * Runs `work` in a transaction that holds all rows which `touched` names among the families of `ids`. They are locked in
 * one order, in one statement, so that opposite merges wait for each other and never in a circle. Families that changed
 * while the locks were waited for are looked at anew; whoever holds a heir's lock holds its family as it is. Commits
 * where `work` gives an ok result. Refused with CONFLICT, about `field` of the input, when they never stand still.
 */
export async function inFamilies<T>(
  deps: Deps,
  workspaceId: string,
  ids: readonly string[],
  field: string,
  touched: (places: readonly Place[]) => readonly string[],
  work: (tx: Tx, families: LockedFamilies) => Promise<Result<T, Refusal>>,
): Promise<Result<T, Refusal>> {
  for (let tries = 1; tries <= maxTries; tries += 1) {
    const result = await inWorkspace<T, Refusal | 'CHANGED_MEANWHILE'>(deps.pool, workspaceId, async (tx) => {
      const store = new FamilyStore(tx);
      const wanted = touched(await store.places(ids));
      // The second look is sent behind the lock and sees what was committed while that was waited for.
      const [locked, places] = await Promise.all([store.lock(wanted), store.places(ids)]);
      const held = new Set(wanted);
      if (!touched(places).every((id) => held.has(id))) return err('CHANGED_MEANWHILE');
      return work(tx, { places, locked });
    });
    if (result.ok) return result;
    if (result.error !== 'CHANGED_MEANWHILE') return err(result.error);
  }
  return err({
    code: 'CONFLICT',
    field,
    message: 'Others are merging these tickets right now: look at them, then try again.',
  });
}
