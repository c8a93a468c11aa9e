import { jobs } from '@smart-tickets/contracts';
import type { HandlersFor } from '@smart-tickets/kit/service';
import { eraseCustomer, type EraseCustomerParts } from '../use-cases/erase-customer.ts';
import { projectTicket } from '../use-cases/project-ticket.ts';

/** The queues that this service serves. */
export const contracts = {
  projectTicket: jobs.projectTicket,
  eraseFromSearch: jobs.eraseFromSearch,
} as const;

/** One handler for each queue; all are safe to run twice with the same job. */
export function createHandlers(parts: EraseCustomerParts): HandlersFor<typeof contracts> {
  return {
    projectTicket: {
      async handle(job) {
        await projectTicket(parts.pool, job);
      },
    },
    eraseFromSearch: { handle: (job) => eraseCustomer(parts, job) },
  };
}
