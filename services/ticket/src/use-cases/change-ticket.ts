import type { Actor, Cause, TicketEventKind } from '@smart-tickets/contracts';
import { appendEvents } from '@smart-tickets/kit/outbox';
import type { Tx } from '@smart-tickets/kit/postgres';
import type { ChangeEntry } from '../domain/timeline.ts';
import type { Updated } from '../domain/update.ts';
import { TicketStore, type LockedTicket } from '../persistence/ticket-store.ts';
import type { Deps } from './deps.ts';
import { ticketEvent } from './ticket-event.ts';

/**
 * Writes an update of a locked ticket: its next version, one timeline entry for each kind of change, one event, which
 * carries the first of the entries.
 */
export function writeChange(
  deps: Deps,
  tx: Tx,
  locked: LockedTicket,
  updated: Updated,
  actor: Actor,
  cause: Cause,
  kind: TicketEventKind = 'TICKET_CHANGED',
): void {
  const tickets = new TicketStore(tx);
  const entries = updated.changes.map((change, index): ChangeEntry => ({
    type: 'CHANGE',
    id: deps.newId(),
    ticketId: updated.ticket.id,
    seq: locked.entryCount + 1 + index,
    at: updated.ticket.updatedAt,
    actor,
    cause,
    ...change,
  }));
  tickets.save(updated.ticket, locked.entryCount + entries.length);
  tickets.append(entries);
  appendEvents(tx, [
    ticketEvent({
      id: deps.newId(),
      kind,
      old: locked.ticket,
      ticket: updated.ticket,
      entry: entries[0] ?? null,
      actor,
      channelTeamId: null,
      cause,
    }),
  ]);
}
