import type { Ticket } from '../domain/ticket.ts';
import type { Caller } from '../use-cases/deps.ts';
import { isWorker } from './authorise.ts';
import type { Context } from './context.ts';

/** Who calls a mutation. */
export function callerOf({ viewer, requestId }: Context): Caller {
  return { workspaceId: viewer.workspaceId, agentId: viewer.subject, requestId };
}

/**
 * Notes that whoever asks was given a ticket with its last message: of agents only, who could answer. Nothing waits for
 * it and nothing fails by it.
 */
export function noteSeen(context: Context, ticket: Pick<Ticket, 'id' | 'version' | 'lastMessageId'>): void {
  const { workspaceId, subject } = context.viewer;
  if (isWorker(context)) context.seen.record(workspaceId, subject, ticket);
}
