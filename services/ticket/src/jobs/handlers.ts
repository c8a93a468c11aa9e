import { jobs } from '@smart-tickets/contracts';
import type { HandlersFor } from '@smart-tickets/kit/service';
import { acceptUpload } from '../use-cases/accept-upload.ts';
import { assignTicket } from '../use-cases/assign-ticket.ts';
import { confirmMessages } from '../use-cases/confirm-messages.ts';
import type { Deps } from '../use-cases/deps.ts';
import { receiveMessage } from '../use-cases/receive-message.ts';
import { recordDelivery } from '../use-cases/record-delivery.ts';
import { recordErasure } from '../use-cases/record-erasure.ts';
import { refuseMessage } from '../use-cases/refuse-message.ts';

/** The queues that the ticket service consumes. */
export const ticketJobs = {
  receiveMessage: jobs.receiveMessage,
  assignTicket: jobs.assignTicket,
  acceptUpload: jobs.acceptUpload,
  recordErasure: jobs.recordErasure,
  recordDelivery: jobs.recordDelivery,
  confirmMessages: jobs.confirmMessages,
} as const;

/** A handler for each of them. */
export function ticketHandlers(deps: Deps): HandlersFor<typeof ticketJobs> {
  return {
    receiveMessage: {
      handle: (job) => receiveMessage(deps, job),
      exhausted: (job, reason) => refuseMessage(deps, job, reason),
    },
    assignTicket: { handle: (job) => assignTicket(deps, job) },
    recordDelivery: { handle: (job) => recordDelivery(deps, job) },
    recordErasure: { handle: (job) => recordErasure(deps, job) },
    confirmMessages: { handle: (job) => confirmMessages(deps, job) },
    acceptUpload: { handle: (job) => acceptUpload(deps, job) },
  };
}
