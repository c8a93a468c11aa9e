import { demandReader } from '../../authorise.ts';
import type { QueryResolvers } from '../../resolver-types.generated.ts';

export const customer: NonNullable<QueryResolvers['customer']> = (_parent, { id }, context) => {
  demandReader(context);
  return context.loaders.customer.load(id);
};
