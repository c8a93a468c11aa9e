import { updateTicket as update } from '../../../use-cases/update-ticket.ts';
import { demandWorker } from '../../authorise.ts';
import { callerOf } from '../../caller.ts';
import type { MutationResolvers } from '../../resolver-types.generated.ts';
import { updateError } from '../../ticket-refusals.ts';
import { ticketUpdateInput } from '../../ticket-update-input.ts';

export const updateTicket: NonNullable<MutationResolvers['updateTicket']> = async (
  _parent,
  { input },
  context,
) => {
  demandWorker(context);
  const result = await update(context.deps, callerOf(context), {
    ...ticketUpdateInput(input),
    id: input.id,
    expectedVersion: input.expectedVersion ?? undefined,
  });
  if (result.ok) return { ticket: result.value, userErrors: [] };
  const { error } = result;
  return {
    ticket: error.code === 'CONFLICT' ? error.ticket : null,
    userErrors: [updateError(error, (field) => ['input', field])],
  };
};
