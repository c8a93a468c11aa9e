import { unmergeTicket as unmerge } from '../../../use-cases/unmerge-ticket.ts';
import { demandWorker } from '../../authorise.ts';
import { callerOf } from '../../caller.ts';
import { refusalError } from '../../refusals.ts';
import type { MutationResolvers } from '../../resolver-types.generated.ts';

export const unmergeTicket: NonNullable<MutationResolvers['unmergeTicket']> = async (
  _parent,
  { id },
  context,
) => {
  demandWorker(context);
  const result = await unmerge(context.deps, callerOf(context), { id });
  return result.ok
    ? { ticket: result.value, userErrors: [] }
    : { ticket: null, userErrors: [refusalError(result.error, (field) => [field])] };
};
