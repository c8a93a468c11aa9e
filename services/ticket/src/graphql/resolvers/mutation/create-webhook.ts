import { createWebhook as create } from '../../../use-cases/create-webhook.ts';
import { demandAdmin } from '../../authorise.ts';
import { callerOf } from '../../caller.ts';
import { refusalError } from '../../refusals.ts';
import type { MutationResolvers } from '../../resolver-types.generated.ts';

export const createWebhook: NonNullable<MutationResolvers['createWebhook']> = async (
  _parent,
  { input },
  context,
) => {
  demandAdmin(context);
  const { name, url } = input;
  const result = await create(context.deps, callerOf(context), {
    name,
    url,
    events: input.events ?? undefined,
    idempotencyKey: input.idempotencyKey ?? null,
  });
  return result.ok
    ? { ...result.value, userErrors: [] }
    : { webhook: null, secret: null, userErrors: [refusalError(result.error, (field) => ['input', field])] };
};
