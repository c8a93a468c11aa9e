import type { Result } from '@smart-tickets/kit/result';
import { inParallel } from '@smart-tickets/kit/limits';
import type { Ticket } from '../domain/ticket.ts';
import type { TicketUpdate } from '../domain/update.ts';
import type { Caller, Deps } from './deps.ts';
import { updateTicket, type UpdateTicketFault } from './update-ticket.ts';

/** Most tickets that one call changes. */
export const maxTicketsAtOnce = 200;

// Fewer than the pool has connections, so that others are served beside a large call.
const atOnce = 8;

/**
 * Changes many tickets in the same way, each in its own transaction: a refusal of one leaves the others. The results are in
 * the order of the ids, and the same for the same id. Doing it again changes nothing more; so it can be repeated as a
 * whole when it fails half-way for a fault of the system.
 */
export async function updateTickets(
  deps: Deps,
  caller: Caller,
  ids: readonly string[],
  asked: TicketUpdate,
): Promise<Result<Ticket, UpdateTicketFault>[]> {
  const keys = ids.map((id) => id.toLowerCase());
  const each = [...new Set(keys)];
  const results = await inParallel(each, atOnce, (id) => updateTicket(deps, caller, { ...asked, id }));
  const byId = new Map(each.map((id, index) => [id, results[index]]));
  return keys.flatMap((id) => byId.get(id) ?? []);
}
