import { readWebhooks } from '../../../persistence/webhook-queries.ts';
import { demandAdmin } from '../../authorise.ts';
import type { QueryResolvers } from '../../resolver-types.generated.ts';

export const webhooks: NonNullable<QueryResolvers['webhooks']> = (_parent, _args, context) => {
  demandAdmin(context);
  return readWebhooks(context.deps.pool, context.viewer.workspaceId);
};

export const webhook: NonNullable<QueryResolvers['webhook']> = (_parent, { id }, context) => {
  demandAdmin(context);
  return context.loaders.webhook.load(id);
};
