import { causedBy, jobs, type EraseCustomerData, type JobEnvelope } from '@smart-tickets/contracts';
import { appendEvents, markConsumed } from '@smart-tickets/kit/outbox';
import { inWorkspace } from '@smart-tickets/kit/postgres';
import { ok } from '@smart-tickets/kit/result';
import type { RouteTicketParts } from './route-ticket.ts';

/**
 * Answers a request to erase a customer's data: routing keeps none. A decision names a ticket, a team and an agent by
 * their ids, and its reason speaks of teams and turns only; so do the events made of it. Whoever lets a decision depend on
 * what the customer has said must erase that here.
 */
export async function eraseCustomer(
  parts: RouteTicketParts,
  job: JobEnvelope<EraseCustomerData>,
): Promise<void> {
  const { erasureId, part } = job.payload;
  await inWorkspace<undefined, never>(parts.pool, job.workspaceId, async (tx) => {
    if (!(await markConsumed(tx, jobs.eraseFromRouting.name, job.id))) return ok(undefined);
    appendEvents(tx, [
      {
        id: parts.newId(),
        topic: 'customer.data-erased',
        payload: { erasureId, part, service: 'routing', counts: {} },
        cause: causedBy(job),
      },
    ]);
    return ok(undefined);
  });
  parts.eventsWritten();
}
