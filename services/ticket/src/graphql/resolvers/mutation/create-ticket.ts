import { createTicket as create } from '../../../use-cases/create-ticket.ts';
import { demandWorker } from '../../authorise.ts';
import { callerOf } from '../../caller.ts';
import { inputError } from '../../input-error.ts';
import type { MutationResolvers } from '../../resolver-types.generated.ts';

export const createTicket: NonNullable<MutationResolvers['createTicket']> = async (
  _parent,
  { input },
  context,
) => {
  demandWorker(context);
  const result = await create(context.deps, callerOf(context), {
    idempotencyKey: input.idempotencyKey ?? null,
    subject: input.subject,
    text: input.text ?? null,
    html: input.html ?? null,
    customerId: input.customerId?.toLowerCase() ?? null,
    customerEmail: input.customerEmail ?? null,
    priority: input.priority ?? 'NORMAL',
    teamId: input.teamId?.toLowerCase() ?? null,
    assigneeId: input.assigneeId?.toLowerCase() ?? null,
    tags: input.tags ?? [],
    fields: (input.fields ?? []).map(({ key, value }) => ({ key, value: value ?? null })),
  });
  return result.ok
    ? { ticket: result.value, userErrors: [] }
    : { ticket: null, userErrors: [inputError(result.error)] };
};
