import type { Ticket } from '../domain/ticket.ts';
import type { Caller } from '../use-cases/deps.ts';
import { isWorker } from './authorise.ts';
import type { Context } from './context.ts';
import { isSelected, type Selection } from './selection.ts';

/** A ticket; `opened` where it was asked for itself, by which what is shown of it is noted as seen. */
export interface TicketView extends Ticket {
  readonly opened?: true;
}

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

/**
 * A ticket that whoever asks has opened, at this path below the field that is being resolved: with its last message they are
 * given it, and with its timeline where the page that they get holds that message.
 */
export function opened(
  context: Context,
  ticket: Ticket,
  info: Selection,
  ...path: readonly string[]
): TicketView {
  if (isSelected(info, ...path, 'lastMessage')) noteSeen(context, ticket);
  return { ...ticket, opened: true };
}
