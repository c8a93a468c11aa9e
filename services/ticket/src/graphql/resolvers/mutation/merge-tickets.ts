import { mergeTickets as merge } from '../../../use-cases/merge-tickets.ts';
import { demandWorker } from '../../authorise.ts';
import { callerOf } from '../../caller.ts';
import { refusalError } from '../../refusals.ts';
import type { MutationResolvers } from '../../resolver-types.generated.ts';

export const mergeTickets: NonNullable<MutationResolvers['mergeTickets']> = async (
  _parent,
  { input },
  context,
) => {
  demandWorker(context);
  const result = await merge(context.deps, callerOf(context), input);
  return result.ok
    ? { ticket: result.value, userErrors: [] }
    : { ticket: null, userErrors: [refusalError(result.error, (field) => ['input', field])] };
};
