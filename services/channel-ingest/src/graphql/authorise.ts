import { isId } from '@smart-tickets/kit/ids';
import { GraphQLError } from 'graphql';
import type { InboundMessage } from '../domain/inbound-message.ts';
import type { Connector } from '../use-cases/deps.ts';
import type { Uploader } from '../use-cases/create-upload.ts';
import type { Context } from './context.ts';

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

/** Throws FORBIDDEN unless an agent or admin calls. */
export function demandWorker(context: Context): void {
  const { role } = context.viewer;
  if (role !== 'ADMIN' && role !== 'AGENT') throw forbidden(`A ${role.toLowerCase()} may not do this.`);
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

/** The message when the caller may see it. */
export async function visible(
  context: Context,
  message: InboundMessage | null,
): Promise<InboundMessage | null> {
  const only = await onlyChannel(context);
  return message === null || (only !== null && message.channelId !== only) ? null : message;
}
