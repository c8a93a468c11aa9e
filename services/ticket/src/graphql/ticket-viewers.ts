import { GraphQLError } from 'graphql';
import type { TicketViewer } from '../domain/presence.ts';
import { demandReader } from './authorise.ts';
import type { Context } from './context.ts';

/** The stream behind `Subscription.ticketViewers`. It ends, and frees what it holds, when the subscriber leaves. */
export async function ticketViewers(
  { ticketId }: { readonly ticketId: string },
  context: Context,
): Promise<AsyncIterableIterator<TicketViewer[]>> {
  demandReader(context);
  const ticket = await context.loaders.ticket.load(ticketId);
  if (ticket === null) {
    throw new GraphQLError('There is no such ticket.', { extensions: { code: 'BAD_USER_INPUT' } });
  }
  return context.viewers.watch(context.viewer.workspaceId, ticket.id);
}
