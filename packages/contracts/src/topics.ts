import type { Cause } from './events.ts';
import type {
  AnswerGiven,
  AssignTicket,
  AttachmentsUsed,
  AuditedMessages,
  CustomerDataErased,
  DeliveryFailed,
  EraseCustomerData,
  InboundSettled,
  MessageIds,
  NormalisedMessage,
  ProcessInbound,
  TicketEvent,
  UploadAnnounced,
  WorkspaceChanged,
} from './events.ts';
import { jobs, type JobContract } from './jobs.ts';

/** The payload of every event topic that a service writes into its outbox. Past tense: it has happened. */
export interface TopicPayloads {
  'inbound.received': ProcessInbound;
  'inbound.normalised': NormalisedMessage;
  'inbound.audited': AuditedMessages;
  'ticket.messages-kept': MessageIds;
  'ticket.messages-missed': MessageIds;
  'ticket.changed': TicketEvent;
  'ticket.message-settled': InboundSettled;
  'routing.assignment-decided': AssignTicket;
  'customer.erasure-requested': EraseCustomerData;
  'customer.data-erased': CustomerDataErased;
  'workspace.changed': WorkspaceChanged;
  'upload.announced': UploadAnnounced;
  'ticket.attachments-used': AttachmentsUsed;
  'ticket.answer-given': AnswerGiven;
  'delivery.failed': DeliveryFailed;
}
export type Topic = keyof TopicPayloads;

/** An event on its way into the outbox. `id` is made once by whoever writes it. */
export interface OutboxEvent<T extends Topic = Topic> {
  readonly id: string;
  readonly topic: T;
  readonly payload: TopicPayloads[T];
  readonly cause: Cause;
}

/** A job that follows from an event. */
export interface Route {
  readonly contract: JobContract<unknown>;
  readonly payload: unknown;
}

function to<P>(contract: JobContract<P>, payload: P): Route {
  return { contract, payload };
}

/** Whether a customer's words brought a ticket back to the agent who has it, who may be gone by now. */
function cameBack({ ticket, changed, entry }: TicketEvent): boolean {
  return (
    entry?.type === 'MESSAGE' &&
    entry.direction === 'INBOUND' &&
    changed.includes('status') &&
    ticket.status === 'OPEN' &&
    ticket.assigneeId !== null
  );
}

/** Which jobs an event becomes. Every topic has its line, so a new one does not compile until it is routed. */
const routing: { [T in Topic]: (payload: TopicPayloads[T]) => Route[] } = {
  'inbound.received': (payload) => [to(jobs.processInbound, payload)],
  'inbound.normalised': (payload) => [to(jobs.receiveMessage, payload)],
  'ticket.changed': (payload) => {
    const routes = [to(jobs.projectTicket, payload)];
    if (payload.kind === 'TICKET_CREATED' || cameBack(payload)) routes.push(to(jobs.routeTicket, payload));
    if (payload.entry?.type === 'MESSAGE' && payload.entry.direction === 'INBOUND') {
      routes.push(
        to(jobs.settleInbound, {
          messageId: payload.entry.id,
          outcome: 'ON_TICKET',
          ticketId: payload.ticket.id,
          reason: payload.entry.threadReason,
        }),
      );
    }
    return routes;
  },
  'inbound.audited': (payload) => [to(jobs.confirmMessages, payload)],
  'ticket.messages-kept': (payload) => [to(jobs.forgetRaw, payload)],
  'ticket.messages-missed': (payload) => [to(jobs.noteMissed, payload)],
  'ticket.message-settled': (payload) => [to(jobs.settleInbound, payload)],
  'routing.assignment-decided': (payload) => [to(jobs.assignTicket, payload)],
  'customer.erasure-requested': (payload) => [
    to(jobs.eraseFromIntake, payload),
    to(jobs.eraseFromRouting, payload),
    to(jobs.eraseFromSearch, payload),
  ],
  'customer.data-erased': (payload) => [to(jobs.recordErasure, payload)],
  'workspace.changed': (payload) => [to(jobs.followWorkspace, payload)],
  'upload.announced': (payload) => [to(jobs.acceptUpload, payload)],
  'ticket.attachments-used': (payload) => [to(jobs.keepAttachments, payload)],
  'ticket.answer-given': (payload) => [to(jobs.carryAnswer, payload)],
  'delivery.failed': (payload) => [to(jobs.recordDelivery, payload)],
};

/** The jobs that an event of `topic` becomes, in the order in which they are handed over. */
export function routesOf(topic: string, payload: unknown): Route[] {
  if (!(topic in routing)) throw new Error(`no route for topic ${topic}`);
  return routing[topic as Topic](payload as never);
}
