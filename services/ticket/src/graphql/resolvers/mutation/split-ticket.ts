import { splitTicket as split } from '../../../use-cases/split-ticket.ts';
import { demandWorker } from '../../authorise.ts';
import { callerOf } from '../../caller.ts';
import { refusalError } from '../../refusals.ts';
import type { MutationResolvers } from '../../resolver-types.generated.ts';

export const splitTicket: NonNullable<MutationResolvers['splitTicket']> = async (
  _parent,
  { input },
  context,
) => {
  demandWorker(context);
  const result = await split(context.deps, callerOf(context), { ...input, subject: input.subject ?? null });
  return result.ok
    ? { ticket: result.value, userErrors: [] }
    : { ticket: null, userErrors: [refusalError(result.error, (field) => ['input', field])] };
};
