import { linkTickets as link } from '../../../use-cases/link-tickets.ts';
import { demandWorker } from '../../authorise.ts';
import { callerOf } from '../../caller.ts';
import { refusalError } from '../../refusals.ts';
import type { MutationResolvers } from '../../resolver-types.generated.ts';

export const linkTickets: NonNullable<MutationResolvers['linkTickets']> = async (
  _parent,
  { input },
  context,
) => {
  demandWorker(context);
  const result = await link(context.deps, callerOf(context), input);
  return result.ok
    ? { ticket: result.value, userErrors: [] }
    : { ticket: null, userErrors: [refusalError(result.error, (field) => ['input', field])] };
};
