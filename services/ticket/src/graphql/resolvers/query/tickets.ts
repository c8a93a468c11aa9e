import { isId } from '@smart-tickets/kit/ids';
import { GraphQLError } from 'graphql';
import { overlongLists, type TicketFilter } from '../../../domain/filter.ts';
import { listTickets, sortInstant } from '../../../persistence/ticket-queries.ts';
import { demandReader } from '../../authorise.ts';
import { filterInput } from '../../filter-input.ts';
import { connection, listCursor, listPosition, pageSize } from '../../paging.ts';
import type { QueryResolvers } from '../../resolver-types.generated.ts';

/** The filter with what cannot be an id taken out of its id lists: such an id matches nothing. */
function usable(filter: TicketFilter): TicketFilter {
  const ids = (list: readonly string[] | null | undefined): readonly string[] | null =>
    list?.filter(isId) ?? null;
  return {
    ...filter,
    assigneeId: ids(filter.assigneeId),
    teamId: ids(filter.teamId),
    customerId: ids(filter.customerId),
  };
}

export const tickets: NonNullable<QueryResolvers['tickets']> = async (_parent, args, context) => {
  demandReader(context);
  const size = pageSize(args.first, 25);
  const order = args.orderBy ?? 'UPDATED_DESC';
  const after = listPosition(order, args.after);
  const filter = usable(filterInput(args.filter));
  const overlong = overlongLists(filter);
  if (overlong.length > 0) {
    throw new GraphQLError(`filter.${overlong.join(', filter.')}: too many values.`, {
      extensions: { code: 'BAD_USER_INPUT' },
    });
  }
  const rows = await listTickets(
    context.deps.pool,
    context.viewer.workspaceId,
    filter,
    order,
    after,
    size + 1,
  );
  return connection(rows, size, after !== null, (row) => listCursor(order, sortInstant(order, row), row.id));
};
