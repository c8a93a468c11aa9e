import { readCustomFields } from '../../../persistence/custom-field-store.ts';
import { demandReader } from '../../authorise.ts';
import type { QueryResolvers } from '../../resolver-types.generated.ts';

export const customFields: NonNullable<QueryResolvers['customFields']> = (
  _parent,
  { appliesTo },
  context,
) => {
  demandReader(context);
  return readCustomFields(context.deps.pool, context.viewer.workspaceId, appliesTo ?? null);
};
