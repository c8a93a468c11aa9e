import { viewTicket as view } from '../../../use-cases/view-ticket.ts';
import { demandWorker } from '../../authorise.ts';
import { callerOf } from '../../caller.ts';
import type { MutationResolvers } from '../../resolver-types.generated.ts';

export const viewTicket: NonNullable<MutationResolvers['viewTicket']> = async (_parent, args, context) => {
  demandWorker(context);
  const result = await view(context.deps, context.viewers, callerOf(context), args);
  if (result.ok) return { viewers: result.value, userErrors: [] };
  const message =
    result.error.code === 'NOT_FOUND' ? 'There is no such ticket.' : 'This token names no agent to be shown.';
  return { viewers: [], userErrors: [{ code: result.error.code, message, field: ['id'] }] };
};
