import { countTickets } from '../../../persistence/count-tickets.ts';
import { demandReader } from '../../authorise.ts';
import { listFilter } from '../../filter-input.ts';
import type { QueryResolvers } from '../../resolver-types.generated.ts';

export const ticketCounts: NonNullable<QueryResolvers['ticketCounts']> = (
  _parent,
  { filter, by },
  context,
) => {
  demandReader(context);
  return countTickets(context.deps.pool, context.viewer.workspaceId, listFilter(filter), by);
};
