import { inWorkspace } from '@smart-tickets/kit/postgres';
import { ok } from '@smart-tickets/kit/result';
import { wake } from '../domain/snooze.ts';
import { TicketStore } from '../persistence/ticket-store.ts';
import { writeChange } from './change-ticket.ts';
import type { Deps } from './deps.ts';

/**
 * Wakes a ticket whose time has come. The row decides, under its lock: one that was woken, put off or taken away
 * meanwhile stays as it is, so any number of calls at once wake it once. Gives back whether this one did.
 */
export async function wakeTicket(
  deps: Deps,
  due: { readonly workspaceId: string; readonly id: string },
): Promise<boolean> {
  const result = await inWorkspace<boolean, never>(deps.pool, due.workspaceId, async (tx) => {
    const locked = await new TicketStore(tx).lock(due.id);
    const woken = locked === null ? null : wake(locked.ticket, deps.now().toISOString());
    if (locked === null || woken === null) return ok(false);
    const cause = { requestId: deps.newId(), eventId: null, depth: 0 };
    writeChange(deps, tx, locked, woken, { type: 'SYSTEM', id: null, name: 'Snooze' }, cause);
    return ok(true);
  });
  if (result.ok && result.value) deps.eventsWritten();
  return result.ok && result.value;
}
