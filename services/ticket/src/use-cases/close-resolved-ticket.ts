import { inWorkspace } from '@smart-tickets/kit/postgres';
import { ok } from '@smart-tickets/kit/result';
import { closeAfter } from '../domain/snooze.ts';
import { closingDays } from '../persistence/due-tickets.ts';
import { TicketStore } from '../persistence/ticket-store.ts';
import { writeChange } from './change-ticket.ts';
import type { Deps } from './deps.ts';

/**
 * Closes a ticket that has been resolved for as long as its workspace says. Row and setting decide as they are under the
 * row's lock: one that was reopened meanwhile stays open, and any number of calls at once close it once. Gives back
 * whether this one did.
 */
export async function closeResolvedTicket(
  deps: Deps,
  due: { readonly workspaceId: string; readonly id: string },
): Promise<boolean> {
  const result = await inWorkspace<boolean, never>(deps.pool, due.workspaceId, async (tx) => {
    const [locked, days] = await Promise.all([new TicketStore(tx).lock(due.id), closingDays(tx)]);
    const closed = locked === null ? null : closeAfter(locked.ticket, days, deps.now().toISOString());
    if (locked === null || closed === null) return ok(false);
    const cause = { requestId: deps.newId(), eventId: null, depth: 0 };
    writeChange(deps, tx, locked, closed, { type: 'SYSTEM', id: null, name: 'Auto-close' }, cause);
    return ok(true);
  });
  if (result.ok && result.value) deps.eventsWritten();
  return result.ok && result.value;
}
