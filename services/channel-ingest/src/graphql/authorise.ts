import { isId } from '@smart-tickets/kit/ids';
import { GraphQLError } from 'graphql';
import type { Delivery } from '../domain/delivery.ts';
import type { InboundMessage } from '../domain/inbound-message.ts';
import type { Connector } from '../use-cases/deps.ts';
import type { Uploader } from '../use-cases/create-upload.ts';
import type { Context } from './context.ts';
import type { TicketKeepers } from './message-reference.ts';

function forbidden(message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: 'FORBIDDEN' } });
}

/** The connector that calls; FORBIDDEN for people. */
export function demandConnector(context: Context): Connector {
  const { role, subject, workspaceId, generation } = context.viewer;
  if (role !== 'CONNECTOR')
    throw forbidden('Only a connector, with the token of its channel, hands messages in.');
  if (!isId(subject)) throw forbidden('This channel token names no channel.');
  return { workspaceId, channelId: subject, generation: generation ?? 0, requestId: context.requestId };
}

/** Whether an agent or admin calls. */
export function worksHere({ viewer }: Context): boolean {
  return viewer.role === 'ADMIN' || viewer.role === 'AGENT';
}

/** Whether the caller may see what came in for a ticket as it came in: an admin, or somebody who is on the ticket. */
export function seesRaw({ viewer }: Context, ticket: TicketKeepers | null | undefined): boolean {
  if (viewer.role === 'ADMIN') return true;
  const keepers = [ticket, ticket?.mergedInto];
  const isOn = keepers.some(
    (kept) => kept?.assignee?.id === viewer.subject || kept?.team?.viewerIsMember === true,
  );
  return viewer.role === 'AGENT' && isOn;
}

/** Throws FORBIDDEN unless an agent or admin calls. */
export function demandWorker(context: Context): void {
  if (!worksHere(context)) throw forbidden(`A ${context.viewer.role.toLowerCase()} may not do this.`);
}

/** Throws FORBIDDEN unless an admin calls. */
export function demandAdmin(context: Context): void {
  if (context.viewer.role !== 'ADMIN') throw forbidden('Only an admin may do this.');
}

/** Throws FORBIDDEN unless an agent, an admin, or the channel's own connector calls. */
export async function demandWorkerOrOwn(context: Context, channelId: string): Promise<void> {
  if (context.viewer.role !== 'CONNECTOR') demandWorker(context);
  else if ((await onlyChannel(context)) !== channelId) throw forbidden('This is another channel.');
}

/** Who may announce files: agents, admins, and connectors whose token still counts; FORBIDDEN for others. */
export async function demandUploader(context: Context): Promise<Uploader> {
  const { role, subject, workspaceId } = context.viewer;
  if (role === 'CONNECTOR') await onlyChannel(context);
  else demandWorker(context);
  return { workspaceId, ownerId: subject, requestId: context.requestId };
}

/** Whether the caller may see anything of the intake: people who work here all of it, connectors their own channel. */
export function seesIntake({ viewer }: Context): boolean {
  return ['ADMIN', 'AGENT', 'VIEWER', 'CONNECTOR'].includes(viewer.role);
}

/**
 * The one channel that the caller may see, or null when it may see all. FORBIDDEN for customers, and for a connector
 * whose token is no longer its channel's: replaced by a newer one, or the channel switched off or gone.
 */
export async function onlyChannel(context: Context): Promise<string | null> {
  const { role, subject, generation } = context.viewer;
  if (role === 'ADMIN' || role === 'AGENT' || role === 'VIEWER') return null;
  if (role !== 'CONNECTOR') throw forbidden(`A ${role.toLowerCase()} may not see what came in.`);
  const channel = await context.loaders.channel.load(subject);
  if (channel === null || !channel.enabled || channel.tokenGeneration !== generation) {
    throw forbidden('This channel token is not valid any more.');
  }
  return channel.id;
}

/** The message, or the answer on its way out, when the caller may see it. */
export async function visible<T extends InboundMessage | Delivery>(
  context: Context,
  item: T | null,
): Promise<T | null> {
  const only = await onlyChannel(context);
  return item === null || (only !== null && item.channelId !== only) ? null : item;
}
