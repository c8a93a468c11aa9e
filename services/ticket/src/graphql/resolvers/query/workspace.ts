import { readWorkspace } from '../../../persistence/ticket-queries.ts';
import { demandReader } from '../../authorise.ts';
import type { QueryResolvers } from '../../resolver-types.generated.ts';

export const workspace: NonNullable<QueryResolvers['workspace']> = async (_parent, _args, context) => {
  demandReader(context);
  const found = await readWorkspace(context.deps.pool, context.viewer.workspaceId);
  if (found === null) throw new Error(`workspace ${context.viewer.workspaceId} is not known here`);
  return found;
};
