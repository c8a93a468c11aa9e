import { storable } from '@smart-tickets/kit/text';
import { GraphQLError } from 'graphql';
import { customerPosition, listCustomers } from '../../../persistence/customer-queries.ts';
import { demandReader } from '../../authorise.ts';
import { connection, listCursor, listPosition, pageSize } from '../../paging.ts';
import type { QueryResolvers } from '../../resolver-types.generated.ts';

const list = 'customers';
const maxSearchLength = 500;

export const customers: NonNullable<QueryResolvers['customers']> = async (_parent, args, context) => {
  demandReader(context);
  const size = pageSize(args.first, 25);
  const after = listPosition(list, ['timestamptz'], args.after);
  const search = args.search == null ? null : storable(args.search);
  if ((search?.length ?? 0) > maxSearchLength) {
    throw new GraphQLError(`search has at most ${maxSearchLength} characters.`, {
      extensions: { code: 'BAD_USER_INPUT' },
    });
  }
  const rows = await listCustomers(context.deps.pool, context.viewer.workspaceId, search, after, size + 1);
  return connection(rows, size, after !== null, (row) => listCursor(list, customerPosition(row)));
};
