import { deleteWebhook as remove } from '../../../use-cases/delete-webhook.ts';
import { demandAdmin } from '../../authorise.ts';
import { callerOf } from '../../caller.ts';
import { refusalError } from '../../refusals.ts';
import type { MutationResolvers } from '../../resolver-types.generated.ts';

export const deleteWebhook: NonNullable<MutationResolvers['deleteWebhook']> = async (
  _parent,
  { id },
  context,
) => {
  demandAdmin(context);
  const result = await remove(context.deps, callerOf(context), id);
  return result.ok
    ? { webhook: result.value, userErrors: [] }
    : { webhook: null, userErrors: [refusalError(result.error, (field) => [field])] };
};
