import { addNote as add } from '../../../use-cases/add-note.ts';
import { demandWorker } from '../../authorise.ts';
import { callerOf } from '../../caller.ts';
import { inputError } from '../../input-error.ts';
import type { MutationResolvers } from '../../resolver-types.generated.ts';

export const addNote: NonNullable<MutationResolvers['addNote']> = async (_parent, { input }, context) => {
  demandWorker(context);
  const result = await add(context.deps, callerOf(context), {
    ticketId: input.ticketId.toLowerCase(),
    text: input.text,
    mentionAgentIds: (input.mentionAgentIds ?? []).map((id) => id.toLowerCase()),
    idempotencyKey: input.idempotencyKey ?? null,
  });
  return result.ok
    ? { note: result.value, userErrors: [] }
    : { note: null, userErrors: [inputError(result.error)] };
};
