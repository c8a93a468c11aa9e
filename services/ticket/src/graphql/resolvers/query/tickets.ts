import { keyTypes, listTickets, positionOf } from '../../../persistence/ticket-queries.ts';
import { demandReader } from '../../authorise.ts';
import { listFilter } from '../../filter-input.ts';
import { connection, listCursor, listPosition, pageSize } from '../../paging.ts';
import type { QueryResolvers } from '../../resolver-types.generated.ts';

export const tickets: NonNullable<QueryResolvers['tickets']> = async (_parent, args, context) => {
  demandReader(context);
  const size = pageSize(args.first, 25);
  const order = args.orderBy ?? 'UPDATED_DESC';
  const after = listPosition(order, keyTypes(order), args.after);
  const filter = listFilter(args.filter);
  const rows = await listTickets(
    context.deps.pool,
    context.viewer.workspaceId,
    filter,
    order,
    after,
    size + 1,
  );
  // What belongs to these tickets leads back to them.
  for (const row of rows) context.loaders.ticket.prime(row.id, row);
  return connection(rows, size, after !== null, (row) => listCursor(order, positionOf(order, row)));
};
