import { redriveWebhookDelivery as redrive } from '../../../use-cases/redrive-webhook-delivery.ts';
import { demandAdmin } from '../../authorise.ts';
import { callerOf } from '../../caller.ts';
import { refusalError } from '../../refusals.ts';
import type { MutationResolvers } from '../../resolver-types.generated.ts';

export const redriveWebhookDelivery: NonNullable<MutationResolvers['redriveWebhookDelivery']> = async (
  _parent,
  args,
  context,
) => {
  demandAdmin(context);
  const result = await redrive(context.deps, callerOf(context), args);
  return result.ok
    ? { webhook: result.value, userErrors: [] }
    : { webhook: null, userErrors: [refusalError(result.error, (field) => [field])] };
};
