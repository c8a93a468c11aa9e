import { isId } from '@smart-tickets/kit/ids';
import { inWorkspace, type Tx } from '@smart-tickets/kit/postgres';
import { err, ok, type Result } from '@smart-tickets/kit/result';
import type { Ticket } from '../domain/ticket.ts';
import { update, type TicketUpdate, type UpdateFault } from '../domain/update.ts';
import { TicketStore } from '../persistence/ticket-store.ts';
import { writeChange } from './change-ticket.ts';
import type { Caller, Deps } from './deps.ts';

export type UpdateTicketFault =
  | UpdateFault
  | { readonly code: 'NOT_FOUND'; readonly what: 'ticket' | 'assigneeId' | 'teamId' }
  | { readonly code: 'CONFLICT'; readonly currentVersion: number };

/**
 * Changes a ticket's fields at once. With an expected version it is refused with CONFLICT when the ticket has moved
 * on; without one the last writer wins, field by field. An update that changes nothing writes nothing.
 */
export async function updateTicket(
  deps: Deps,
  caller: Caller,
  input: TicketUpdate & { readonly id: string; readonly expectedVersion?: number | undefined },
): Promise<Result<Ticket, UpdateTicketFault>> {
  if (!isId(input.id)) return err({ code: 'NOT_FOUND', what: 'ticket' });
  const result = await inWorkspace<Ticket, UpdateTicketFault>(deps.pool, caller.workspaceId, async (tx) => {
    const tickets = new TicketStore(tx);
    const locked = await tickets.lock(input.id);
    if (locked === null) return err({ code: 'NOT_FOUND', what: 'ticket' });
    if (input.expectedVersion !== undefined && input.expectedVersion !== locked.ticket.version) {
      return err({ code: 'CONFLICT', currentVersion: locked.ticket.version });
    }
    const unknown = await unknownReference(tx, input);
    if (unknown !== null) return err({ code: 'NOT_FOUND', what: unknown });
    const updated = update(locked.ticket, input, deps.now().toISOString());
    if (!updated.ok) return updated;
    if (updated.value === null) return ok(locked.ticket);
    const actor = { type: 'AGENT', id: caller.agentId, name: null } as const;
    writeChange(deps, tx, locked, updated.value, actor, {
      requestId: caller.requestId,
      eventId: null,
      depth: 0,
    });
    return ok(updated.value.ticket);
  });
  deps.eventsWritten();
  return result;
}

async function unknownReference(tx: Tx, input: TicketUpdate): Promise<'assigneeId' | 'teamId' | null> {
  const tickets = new TicketStore(tx);
  const { assigneeId, teamId } = input;
  if (
    typeof assigneeId === 'string' &&
    !(isId(assigneeId) && (await tickets.assignable('AGENT', assigneeId)))
  ) {
    return 'assigneeId';
  }
  if (typeof teamId === 'string' && !(isId(teamId) && (await tickets.assignable('TEAM', teamId))))
    return 'teamId';
  return null;
}
