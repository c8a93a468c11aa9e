import { isId } from '@smart-tickets/kit/ids';
import { inWorkspace } from '@smart-tickets/kit/postgres';
import { err, ok, type Result } from '@smart-tickets/kit/result';
import { snooze, type SnoozeFault } from '../domain/snooze.ts';
import type { Ticket } from '../domain/ticket.ts';
import { TicketStore } from '../persistence/ticket-store.ts';
import { writeChange } from './change-ticket.ts';
import type { Caller, Deps } from './deps.ts';
import { agentOf, causeOf, conflictOf, type VersionConflict } from './update-ticket.ts';

export type SnoozeTicketFault = SnoozeFault | VersionConflict | { readonly code: 'NOT_FOUND' };

/**
 * Puts a ticket to sleep until an instant: an ISO 8601 string in UTC with milliseconds. A later call replaces the instant;
 * one with the same instant changes nothing. With an expected version it is refused with CONFLICT when the ticket has
 * moved on.
 */
export async function snoozeTicket(
  deps: Deps,
  caller: Caller,
  input: { readonly id: string; readonly until: string; readonly expectedVersion?: number | undefined },
): Promise<Result<Ticket, SnoozeTicketFault>> {
  if (!isId(input.id)) return err({ code: 'NOT_FOUND' });
  const result = await inWorkspace<Ticket, SnoozeTicketFault>(deps.pool, caller.workspaceId, async (tx) => {
    const locked = await new TicketStore(tx).lock(input.id);
    if (locked === null) return err({ code: 'NOT_FOUND' });
    const conflict = conflictOf(locked.ticket, input.expectedVersion);
    if (conflict !== null) return err(conflict);
    const snoozed = snooze(locked.ticket, input.until, deps.now().toISOString());
    if (!snoozed.ok) return snoozed;
    if (snoozed.value === null) return ok(locked.ticket);
    writeChange(deps, tx, locked, snoozed.value, agentOf(caller), causeOf(caller));
    return ok(snoozed.value.ticket);
  });
  deps.eventsWritten();
  return result;
}
