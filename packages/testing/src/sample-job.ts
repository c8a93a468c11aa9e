import type { JobEnvelope, TicketEvent } from '@smart-tickets/contracts';
import { newId } from '@smart-tickets/kit/ids';

type Ticket = TicketEvent['ticket'];

/** What differs between two sample events; `text` makes it an event with a message. */
export interface SampleEvent {
  readonly ticket?: Partial<Ticket>;
  readonly text?: string;
  readonly messageId?: string;
  readonly sentAt?: string;
  readonly pos?: number;
  readonly channelTeamId?: string | null;
}

/** For tests: the job of one event of a ticket, by default of a new one with all instants the same. */
export function sampleJob(workspaceId: string, sample: SampleEvent = {}): JobEnvelope<TicketEvent> {
  const at = sample.ticket?.updatedAt ?? '2026-11-22T15:00:00.000Z';
  const ticket = { ...sampleTicket(at), ...sample.ticket };
  const entry = sample.text === undefined ? null : sampleMessage(sample.text, sample, at);
  return {
    id: newId(),
    workspaceId,
    pos: sample.pos ?? 1,
    cause: { requestId: 'request-1', eventId: newId(), depth: 2 },
    at,
    payload: {
      kind: ticket.version === 1 ? 'TICKET_CREATED' : entry === null ? 'TICKET_CHANGED' : 'MESSAGE_ADDED',
      ticket,
      changed: [],
      before: {},
      entry,
      actor: { type: 'CUSTOMER', id: newId(), name: 'Kim' },
      channelTeamId: sample.channelTeamId ?? null,
      at,
    },
  };
}

function sampleTicket(at: string): Ticket {
  return {
    id: newId(),
    number: 1,
    subject: 'Help',
    status: 'NEW',
    priority: 'NORMAL',
    channel: 'EMAIL',
    channelId: newId(),
    customerId: newId(),
    assigneeId: null,
    teamId: null,
    tags: [],
    language: null,
    awaitingReplySince: at,
    createdAt: at,
    updatedAt: at,
    firstRepliedAt: null,
    resolvedAt: null,
    version: 1,
    messageCount: 1,
    lastMessageId: newId(),
    fields: {},
    snoozedUntil: null,
    mergedIntoId: null,
    rating: null,
  };
}

function sampleMessage(text: string, sample: SampleEvent, at: string): TicketEvent['entry'] {
  return {
    type: 'MESSAGE',
    id: sample.messageId ?? newId(),
    direction: 'INBOUND',
    author: { type: 'CUSTOMER', id: newId(), name: 'Kim' },
    text,
    textTruncated: false,
    automatic: false,
    threadReason: 'NEW_CONVERSATION',
    sentAt: sample.sentAt ?? at,
  };
}
