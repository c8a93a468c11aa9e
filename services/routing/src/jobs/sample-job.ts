import type { JobEnvelope, TicketEvent } from '@smart-tickets/contracts';
import { newId } from '@smart-tickets/kit/ids';

/** For tests: the job of a new ticket that nobody has yet, at a fixed instant. */
export function sampleJob(
  workspaceId: string,
  channelTeamId: string | null,
  ticket: Partial<TicketEvent['ticket']> = {},
): JobEnvelope<TicketEvent> {
  const at = '2026-11-22T15:00:00.000Z';
  return {
    id: newId(),
    workspaceId,
    pos: 1,
    cause: { requestId: 'request-1', eventId: newId(), depth: 2 },
    at,
    payload: {
      kind: 'TICKET_CREATED',
      ticket: { ...sampleTicket(at), ...ticket },
      changed: [],
      before: {},
      entry: null,
      actor: { type: 'CUSTOMER', id: newId(), name: 'Kim' },
      channelTeamId,
      at,
    },
  };
}

function sampleTicket(at: string): TicketEvent['ticket'] {
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
  };
}
