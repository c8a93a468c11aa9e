import { causedBy, type AssignTicket, type JobEnvelope } from '@smart-tickets/contracts';
import { markConsumed } from '@smart-tickets/kit/outbox';
import { inWorkspace } from '@smart-tickets/kit/postgres';
import { ok } from '@smart-tickets/kit/result';
import { update } from '../domain/update.ts';
import { TicketStore } from '../persistence/ticket-store.ts';
import { writeChange } from './change-ticket.ts';
import type { Deps } from './deps.ts';

/**
 * Carries out routing's decision while nobody has taken the ticket, or while whoever takes none any more still has it:
 * one that has another agent by now, or is done, stays as it is, and a decision that arrives twice is carried out once.
 */
export async function assignTicket(deps: Deps, job: JobEnvelope<AssignTicket>): Promise<void> {
  await inWorkspace<undefined, never>(deps.pool, job.workspaceId, async (tx) => {
    const [fresh, locked] = await Promise.all([
      markConsumed(tx, 'ticket.assign-ticket', job.id),
      new TicketStore(tx).lock(job.payload.ticketId),
    ]);
    if (!fresh || locked === null) return ok(undefined);
    const { ticket } = locked;
    const { teamId, assigneeId, inPlaceOf } = job.payload;
    const isFree = ticket.teamId === null && ticket.assigneeId === null;
    const isTheirs = inPlaceOf !== null && ticket.assigneeId === inPlaceOf;
    const isDone = ticket.status === 'RESOLVED' || ticket.status === 'SPAM';
    if (ticket.status === 'CLOSED' || !(isFree || (isTheirs && !isDone))) return ok(undefined);
    const terms = { actor: 'SYSTEM', fieldDefinitions: [] } as const;
    const updated = update(ticket, { teamId, assigneeId }, terms, deps.now().toISOString());
    if (!updated.ok) throw new Error(`routing's decision cannot be carried out: ${updated.error.code}`);
    if (updated.value !== null) {
      const cause = causedBy(job);
      writeChange(deps, tx, locked, updated.value, { type: 'SYSTEM', id: null, name: 'Routing' }, cause);
    }
    return ok(undefined);
  });
  deps.eventsWritten();
}
