import { GraphQLError } from 'graphql';
import { maxTicketsAtOnce, updateTickets as update } from '../../../use-cases/update-tickets.ts';
import { demandWorker } from '../../authorise.ts';
import { callerOf } from '../../caller.ts';
import type { MutationResolvers } from '../../resolver-types.generated.ts';
import { updateError } from '../../ticket-refusals.ts';
import { ticketUpdateInput } from '../../ticket-update-input.ts';

export const updateTickets: NonNullable<MutationResolvers['updateTickets']> = async (
  _parent,
  { input },
  context,
) => {
  demandWorker(context);
  const { ids, ...asked } = input;
  if (ids.length > maxTicketsAtOnce) {
    throw new GraphQLError(`ids: at most ${maxTicketsAtOnce} tickets at once.`, {
      extensions: { code: 'BAD_USER_INPUT' },
    });
  }
  const results = await update(context.deps, callerOf(context), ids, ticketUpdateInput(asked));
  return {
    results: results.map((result, index) => {
      if (result.ok) return { ticket: result.value, userErrors: [] };
      const path = (field: string): string[] =>
        field === 'id' ? ['input', 'ids', String(index)] : ['input', field];
      return { ticket: null, userErrors: [updateError(result.error, path)] };
    }),
  };
};
