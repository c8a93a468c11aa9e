import { shownFields } from '../../../domain/custom-field.ts';
import { keyTypes, positionOf } from '../../../persistence/ticket-queries.ts';
import { mayRead } from '../../authorise.ts';
import { connection, listCursor, listPosition, pageSize } from '../../paging.ts';
import type { CustomerResolvers } from '../../resolver-types.generated.ts';

export const Customer: CustomerResolvers = {
  __resolveReference: (reference, context) =>
    mayRead(context) ? context.loaders.customer.load(reference.id) : null,
  fields: async ({ fields }, _args, context) =>
    Object.keys(fields).length === 0
      ? []
      : [...shownFields(await context.loaders.definitions.load('CUSTOMER'), fields)],
  mergedInto: ({ mergedIntoId }, _args, context) =>
    mergedIntoId === null ? null : context.loaders.customer.load(mergedIntoId),
  identities: ({ id }, _args, context) => context.loaders.identities.load(id),
  tickets: async ({ id }, args, context) => {
    const size = pageSize(args.first, 20);
    const list = `customer:${id}`;
    const after = listPosition(list, keyTypes('CREATED_DESC'), args.after);
    const rows = await context.loaders.ticketsOfCustomer.load({
      id,
      args: { status: args.status ?? null, after, limit: size + 1 },
    });
    return connection(rows, size, after !== null, (row) => listCursor(list, positionOf('CREATED_DESC', row)));
  },
};
