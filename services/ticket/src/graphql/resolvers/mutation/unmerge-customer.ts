import { unmergeCustomer as unmerge } from '../../../use-cases/unmerge-customer.ts';
import { demandWorker } from '../../authorise.ts';
import { callerOf } from '../../caller.ts';
import { goneError } from '../../customer-refusals.ts';
import type { MutationResolvers } from '../../resolver-types.generated.ts';

export const unmergeCustomer: NonNullable<MutationResolvers['unmergeCustomer']> = async (
  _parent,
  { id },
  context,
) => {
  demandWorker(context);
  const result = await unmerge(context.deps, callerOf(context), id);
  return result.ok
    ? { customer: result.value, userErrors: [] }
    : { customer: null, userErrors: [goneError(result.error, ['id'])] };
};
