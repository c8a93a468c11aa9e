import { updateWebhook as update } from '../../../use-cases/update-webhook.ts';
import { demandAdmin } from '../../authorise.ts';
import { callerOf } from '../../caller.ts';
import { refusalError } from '../../refusals.ts';
import type { MutationResolvers } from '../../resolver-types.generated.ts';

export const updateWebhook: NonNullable<MutationResolvers['updateWebhook']> = async (
  _parent,
  { input },
  context,
) => {
  demandAdmin(context);
  const result = await update(context.deps, callerOf(context), {
    id: input.id,
    name: input.name ?? undefined,
    url: input.url ?? undefined,
    events: input.events ?? undefined,
    enabled: input.enabled ?? undefined,
  });
  return result.ok
    ? { webhook: result.value, userErrors: [] }
    : { webhook: null, userErrors: [refusalError(result.error, (field) => ['input', field])] };
};
