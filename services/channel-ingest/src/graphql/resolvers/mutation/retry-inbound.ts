import { retryInbound as retry } from '../../../use-cases/retry-inbound.ts';
import { demandWorker } from '../../authorise.ts';
import type { MutationResolvers } from '../../resolver-types.generated.ts';

export const retryInbound: NonNullable<MutationResolvers['retryInbound']> = async (
  _parent,
  { id },
  context,
) => {
  demandWorker(context);
  const caller = { workspaceId: context.viewer.workspaceId, requestId: context.requestId };
  const result = await retry(context.deps, caller, id);
  if (result.ok) return { inboundMessage: result.value, duplicate: false, userErrors: [] };
  const message = 'There is no held or failed message of this id whose raw form is kept.';
  return {
    inboundMessage: null,
    duplicate: false,
    userErrors: [{ code: 'NOT_FOUND', message, field: ['id'] }],
  };
};
