import { mergeCustomers as merge, type MergeCustomersFault } from '../../../use-cases/merge-customers.ts';
import { demandWorker } from '../../authorise.ts';
import { callerOf } from '../../caller.ts';
import { goneError } from '../../customer-refusals.ts';
import type { MutationResolvers, UserError } from '../../resolver-types.generated.ts';

function userErrorOf(fault: MergeCustomersFault): UserError {
  switch (fault.code) {
    case 'INVALID':
    case 'LIMIT_EXCEEDED':
      return { code: fault.code, message: fault.message, field: ['from'] };
    default:
      return goneError(fault, [fault.field]);
  }
}

export const mergeCustomers: NonNullable<MutationResolvers['mergeCustomers']> = async (
  _parent,
  { into, from },
  context,
) => {
  demandWorker(context);
  const result = await merge(context.deps, callerOf(context), { into, from });
  return result.ok
    ? { customer: result.value, userErrors: [] }
    : { customer: null, userErrors: [userErrorOf(result.error)] };
};
