import type { Actor, Cause } from '@smart-tickets/contracts';
import { isId } from '@smart-tickets/kit/ids';
import { inWorkspace, type Tx } from '@smart-tickets/kit/postgres';
import { err, ok, type Result } from '@smart-tickets/kit/result';
import { mergedFault } from '../domain/lifecycle.ts';
import type { Ticket } from '../domain/ticket.ts';
import { update, type TicketUpdate, type UpdateFault } from '../domain/update.ts';
import { CustomFieldStore } from '../persistence/custom-field-store.ts';
import { TicketStore, type LockedTicket, type TicketReferences } from '../persistence/ticket-store.ts';
import { writeChange } from './change-ticket.ts';
import type { Caller, Deps } from './deps.ts';

/** Somebody has changed the ticket since the version that the caller has seen; this is how it stands now. */
export interface VersionConflict {
  readonly code: 'CONFLICT';
  readonly ticket: Ticket;
}

export type UpdateTicketFault =
  | UpdateFault
  | VersionConflict
  | { readonly code: 'NOT_FOUND'; readonly what: 'ticket' | keyof TicketReferences };

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
    const [unknown, definitions, locked] = await look(tx, input);
    const refusal = refusalOf(locked, input, unknown);
    if (locked === null || refusal !== null) return err(refusal ?? { code: 'NOT_FOUND', what: 'ticket' });
    const terms = { actor: 'AGENT', fieldDefinitions: definitions } as const;
    const updated = update(locked.ticket, input, terms, deps.now().toISOString());
    if (!updated.ok) return updated;
    if (updated.value === null) return ok(locked.ticket);
    writeChange(deps, tx, locked, updated.value, agentOf(caller), causeOf(caller));
    return ok(updated.value.ticket);
  });
  deps.eventsWritten();
  return result;
}

/** Everything that the decision needs, in one round trip. */
function look(tx: Tx, input: TicketUpdate & { readonly id: string }) {
  const tickets = new TicketStore(tx);
  return Promise.all([
    tickets.unknownReferences(input),
    input.fields === undefined ? [] : new CustomFieldStore(tx).list('TICKET'),
    tickets.lock(input.id),
  ]);
}

function refusalOf(
  locked: LockedTicket | null,
  input: TicketUpdate & { readonly expectedVersion?: number | undefined },
  unknown: ReadonlySet<keyof TicketReferences>,
): UpdateTicketFault | null {
  if (locked === null) return { code: 'NOT_FOUND', what: 'ticket' };
  const { ticket } = locked;
  const merged = mergedFault(ticket);
  if (merged !== null) return merged;
  const conflict = conflictOf(ticket, input.expectedVersion);
  if (conflict !== null) return conflict;
  // What the ticket has already is no new reference, even if it could not be made any more.
  const what = [...unknown].find((name) => input[name] !== ticket[name]);
  return what === undefined ? null : { code: 'NOT_FOUND', what };
}

/**
 * The conflict when a caller who has seen `expectedVersion` meets this ticket; null when there is none. Of a ticket that
 * was merged away that is told instead: seeing its newest version would not help.
 */
export function conflictOf(ticket: Ticket, expectedVersion: number | undefined): VersionConflict | null {
  if (expectedVersion === undefined || expectedVersion === ticket.version) return null;
  if (ticket.mergedIntoId !== null) return null;
  return { code: 'CONFLICT', ticket };
}

/** The caller as the one who did it. */
export function agentOf(caller: Caller): Actor {
  return { type: 'AGENT', id: caller.agentId, name: null };
}

/** The caller's request as the cause of what is done. */
export function causeOf(caller: Caller): Cause {
  return { requestId: caller.requestId, eventId: null, depth: 0 };
}
