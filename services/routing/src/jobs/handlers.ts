import { jobs } from '@smart-tickets/contracts';
import type { HandlersFor } from '@smart-tickets/kit/service';
import { eraseCustomer } from '../use-cases/erase-customer.ts';
import { routeTicket, type RouteTicketParts } from '../use-cases/route-ticket.ts';

/** The queues that this service serves. */
export const contracts = {
  routeTicket: jobs.routeTicket,
  eraseFromRouting: jobs.eraseFromRouting,
} as const;

/** One handler for each queue; all are safe to run twice with the same job. */
export function createHandlers(parts: RouteTicketParts): HandlersFor<typeof contracts> {
  return {
    routeTicket: {
      async handle(job) {
        await routeTicket(parts, job);
      },
    },
    eraseFromRouting: { handle: (job) => eraseCustomer(parts, job) },
  };
}
