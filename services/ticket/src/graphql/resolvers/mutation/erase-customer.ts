import { eraseCustomer as erase } from '../../../use-cases/erase-customer.ts';
import { demandAdmin } from '../../authorise.ts';
import { goneError } from '../../customer-refusals.ts';
import type { MutationResolvers } from '../../resolver-types.generated.ts';

export const eraseCustomer: NonNullable<MutationResolvers['eraseCustomer']> = async (
  _parent,
  { id },
  context,
) => {
  demandAdmin(context);
  const { workspaceId, subject } = context.viewer;
  const caller = { workspaceId, agentId: subject, requestId: context.requestId };
  const result = await erase(context.deps, caller, id);
  return result.ok
    ? { erased: true, userErrors: [] }
    : { erased: false, userErrors: [goneError(result.error, ['id'])] };
};
