import { GraphQLError } from 'graphql';
import type { InboundMessage } from '../domain/inbound-message.ts';
import type { Connector } from '../use-cases/deps.ts';
import type { Context } from './context.ts';

function forbidden(message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: 'FORBIDDEN' } });
}

/** The connector that calls; FORBIDDEN for people. */
export function demandConnector(context: Context): Connector {
  const { role, subject, workspaceId, generation } = context.viewer;
  if (role !== 'CONNECTOR')
    throw forbidden('Only a connector, with the token of its channel, hands messages in.');
  return { workspaceId, channelId: subject, generation: generation ?? 0, requestId: context.requestId };
}

/** Throws FORBIDDEN unless an agent or admin calls. */
export function demandWorker(context: Context): void {
  const { role } = context.viewer;
  if (role !== 'ADMIN' && role !== 'AGENT') throw forbidden(`A ${role.toLowerCase()} may not do this.`);
}

/** The one channel that the caller may see, or null when it may see all. */
export function onlyChannel(context: Context): string | null {
  return context.viewer.role === 'CONNECTOR' ? context.viewer.subject : null;
}

/** The message when the caller may see it. */
export function visible(context: Context, message: InboundMessage | null): InboundMessage | null {
  const only = onlyChannel(context);
  return message === null || (only !== null && message.channelId !== only) ? null : message;
}
