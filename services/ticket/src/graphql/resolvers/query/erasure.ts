import { isId } from '@smart-tickets/kit/ids';
import { readErasure } from '../../../persistence/erasure-queries.ts';
import { demandAdmin } from '../../authorise.ts';
import type { QueryResolvers } from '../../resolver-types.generated.ts';

export const erasure: NonNullable<QueryResolvers['erasure']> = async (_parent, { customerId }, context) => {
  demandAdmin(context);
  if (!isId(customerId)) return null;
  return readErasure(context.deps.pool, context.viewer.workspaceId, customerId);
};
