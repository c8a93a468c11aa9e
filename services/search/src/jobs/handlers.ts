import { jobs } from '@smart-tickets/contracts';
import type { HandlersFor } from '@smart-tickets/kit/service';
import type pg from 'pg';
import { projectTicket } from '../use-cases/project-ticket.ts';

/** The queues that this service serves. */
export const contracts = { projectTicket: jobs.projectTicket } as const;

/** One handler for each queue; all are safe to run twice with the same job. */
export function createHandlers(pool: pg.Pool): HandlersFor<typeof contracts> {
  return {
    projectTicket: {
      async handle(job) {
        await projectTicket(pool, job);
      },
    },
  };
}
