import { GraphQLError } from 'graphql';
import type { TicketFilter } from '../domain/filter.ts';
import type { TicketCount, TicketCountBy } from '../domain/ticket-counts.ts';
import { maxBoards } from '../use-cases/count-feed.ts';
import { demandReader } from './authorise.ts';
import type { Context } from './context.ts';
import { listFilter } from './filter-input.ts';

/**
 * The stream behind `Subscription.ticketCountsChanged`. It ends, and frees what it holds, when the subscriber leaves. Throws
 * BAD_USER_INPUT when the workspace watches as many different counts as it can.
 */
export function ticketCountsChanged(
  args: { readonly filter?: TicketFilter | null; readonly by: TicketCountBy },
  context: Context,
): AsyncIterableIterator<TicketCount[]> {
  demandReader(context);
  const { workspaceId } = context.viewer;
  const counts = context.counts.watch({ workspaceId, filter: listFilter(args.filter), by: args.by });
  if (counts.ok) return counts.value;
  throw new GraphQLError(
    `At most ${maxBoards} different counts of a workspace can be watched at a time: watch the same ones, or ask \`ticketCounts\`.`,
    { extensions: { code: 'BAD_USER_INPUT' } },
  );
}
