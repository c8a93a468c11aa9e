import { rotateWebhookSecret as rotate } from '../../../use-cases/rotate-webhook-secret.ts';
import { demandAdmin } from '../../authorise.ts';
import { callerOf } from '../../caller.ts';
import { refusalError } from '../../refusals.ts';
import type { MutationResolvers } from '../../resolver-types.generated.ts';

export const rotateWebhookSecret: NonNullable<MutationResolvers['rotateWebhookSecret']> = async (
  _parent,
  { id },
  context,
) => {
  demandAdmin(context);
  const result = await rotate(context.deps, callerOf(context), id);
  return result.ok
    ? { ...result.value, userErrors: [] }
    : { webhook: null, secret: null, userErrors: [refusalError(result.error, (field) => [field])] };
};
