import { listTickets } from '../../../persistence/ticket-queries.ts';
import { mayRead } from '../../authorise.ts';
import { connection, listCursor, listPosition, pageSize } from '../../paging.ts';
import type { CustomerResolvers } from '../../resolver-types.generated.ts';

export const Customer: CustomerResolvers = {
  __resolveReference: (reference, context) =>
    mayRead(context) ? context.loaders.customer.load(reference.id) : null,
  identities: ({ id }, _args, context) => context.loaders.identities.load(id),
  tickets: async ({ id }, args, context) => {
    const size = pageSize(args.first, 20);
    const list = `customer:${id}`;
    const after = listPosition(list, args.after);
    const { workspaceId } = context.viewer;
    const rows = await listTickets(
      context.deps.pool,
      workspaceId,
      { customerId: [id] },
      'CREATED_DESC',
      after,
      size + 1,
    );
    return connection(rows, size, after !== null, (row) => listCursor(list, row.createdAt, row.id));
  },
};
