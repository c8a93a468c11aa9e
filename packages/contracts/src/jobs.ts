import { z } from 'zod';
import {
  answerGivenSchema,
  assignTicketSchema,
  attachmentsUsedSchema,
  causeSchema,
  customerDataErasedSchema,
  deliveryFailedSchema,
  eraseCustomerDataSchema,
  inboundSettledSchema,
  auditedMessagesSchema,
  messageIdsSchema,
  normalisedMessageSchema,
  processInboundSchema,
  ticketEventSchema,
  uploadAnnouncedSchema,
  workspaceChangedSchema,
  type Cause,
} from './events.ts';

/** How one queue behaves. One queue per consumer and kind of work; the name is `<consumer>.<verb>-<noun>`. */
export interface JobContract<P> {
  readonly name: string;
  readonly payload: { parse(data: unknown): P };
  /** Jobs handled at once by one worker process. */
  readonly concurrency: number;
  /** Tries before the job counts as failed for good; waits grow from `backoffMs` by doubling. */
  readonly attempts: number;
  readonly backoffMs: number;
  /** True for jobs whose payload names a person who is to be forgotten: they are gone as soon as they are done. */
  readonly forgetWhenDone?: boolean;
}

/** What travels in the queue: the payload with the event it came from. `pos` is its place in the producer's event log. */
export interface JobEnvelope<P> {
  readonly id: string;
  readonly workspaceId: string;
  readonly pos: number;
  readonly cause: Cause;
  readonly at: string;
  readonly payload: P;
}

/** A job as the cause of what it does. */
export function causedBy({ id, cause }: JobEnvelope<unknown>): Cause {
  return { requestId: cause.requestId, eventId: id, depth: cause.depth + 1 };
}

/** Completed jobs are kept this long so that a hand-over repeated after a crash is recognised by its job id. */
export const keepCompletedSeconds = 3_600;
/** Failed jobs are kept this long for inspection. */
export const keepFailedSeconds = 14 * 86_400;

function contract<P>(job: JobContract<P>): JobContract<P> {
  return job;
}

/** Every queue of the system. Adding one here without a handler does not compile in the service that owns it. */
export const jobs = {
  /** Parsing is CPU work on one thread: more at once only lengthens each. */
  processInbound: contract({
    name: 'channel-ingest.process-inbound',
    payload: processInboundSchema,
    concurrency: 4,
    attempts: 5,
    backoffMs: 200,
  }),
  receiveMessage: contract({
    name: 'ticket.receive-message',
    payload: normalisedMessageSchema,
    concurrency: 8,
    attempts: 8,
    backoffMs: 200,
  }),
  assignTicket: contract({
    name: 'ticket.assign-ticket',
    payload: assignTicketSchema,
    concurrency: 8,
    attempts: 8,
    backoffMs: 200,
  }),
  settleInbound: contract({
    name: 'channel-ingest.settle-inbound',
    payload: inboundSettledSchema,
    concurrency: 8,
    attempts: 12,
    backoffMs: 200,
  }),
  routeTicket: contract({
    name: 'routing.route-ticket',
    payload: ticketEventSchema,
    concurrency: 4,
    attempts: 8,
    backoffMs: 200,
  }),
  projectTicket: contract({
    name: 'search.project-ticket',
    payload: ticketEventSchema,
    concurrency: 4,
    attempts: 12,
    backoffMs: 200,
  }),
  /** Erasing is rare and reaches far: one at a time, and tried for days before it is given up. */
  eraseFromIntake: contract({
    name: 'channel-ingest.erase-customer',
    payload: eraseCustomerDataSchema,
    concurrency: 1,
    attempts: 20,
    backoffMs: 500,
    forgetWhenDone: true,
  }),
  eraseFromRouting: contract({
    name: 'routing.erase-customer',
    payload: eraseCustomerDataSchema,
    concurrency: 1,
    attempts: 20,
    backoffMs: 500,
    forgetWhenDone: true,
  }),
  eraseFromSearch: contract({
    name: 'search.erase-customer',
    payload: eraseCustomerDataSchema,
    concurrency: 1,
    attempts: 20,
    backoffMs: 500,
    forgetWhenDone: true,
  }),
  recordErasure: contract({
    name: 'ticket.record-erasure',
    payload: customerDataErasedSchema,
    concurrency: 4,
    attempts: 20,
    backoffMs: 500,
  }),
  acceptUpload: contract({
    name: 'ticket.accept-upload',
    payload: uploadAnnouncedSchema,
    concurrency: 8,
    attempts: 12,
    backoffMs: 200,
  }),
  carryAnswer: contract({
    name: 'channel-ingest.carry-answer',
    payload: answerGivenSchema,
    concurrency: 8,
    attempts: 12,
    backoffMs: 200,
    forgetWhenDone: true,
  }),
  recordDelivery: contract({
    name: 'ticket.record-delivery',
    payload: deliveryFailedSchema,
    concurrency: 8,
    attempts: 12,
    backoffMs: 200,
    forgetWhenDone: true,
  }),
  /** The reconciliation has time: one at a time, so that it takes nothing from the others. */
  confirmMessages: contract({
    name: 'ticket.confirm-messages',
    payload: auditedMessagesSchema,
    concurrency: 1,
    attempts: 12,
    backoffMs: 500,
  }),
  forgetRaw: contract({
    name: 'channel-ingest.forget-raw',
    payload: messageIdsSchema,
    concurrency: 1,
    attempts: 12,
    backoffMs: 500,
  }),
  noteMissed: contract({
    name: 'channel-ingest.note-missed',
    payload: messageIdsSchema,
    concurrency: 1,
    attempts: 12,
    backoffMs: 500,
  }),
  followWorkspace: contract({
    name: 'channel-ingest.follow-workspace',
    payload: workspaceChangedSchema,
    concurrency: 1,
    attempts: 12,
    backoffMs: 200,
  }),
  keepAttachments: contract({
    name: 'channel-ingest.keep-attachments',
    payload: attachmentsUsedSchema,
    concurrency: 8,
    attempts: 12,
    backoffMs: 200,
  }),
} as const;

/** Envelope parser for a contract; a fault here is never retried, since the same bytes would fail again. */
export function parseEnvelope<P>(job: JobContract<P>, data: unknown): JobEnvelope<P> {
  const envelope = envelopeSchema.parse(data);
  return { ...envelope, payload: job.payload.parse(envelope.payload) };
}

const envelopeSchema = z.object({
  id: z.uuid(),
  workspaceId: z.uuid(),
  pos: z.int().min(1),
  cause: causeSchema,
  at: z.iso.datetime(),
  payload: z.unknown(),
});
