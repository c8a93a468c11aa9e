import { storable } from '@smart-tickets/kit/text';
import { updateWorkspace as update } from '../../../use-cases/update-workspace.ts';
import { demandAdmin } from '../../authorise.ts';
import { callerOf } from '../../caller.ts';
import type { MutationResolvers } from '../../resolver-types.generated.ts';

export const updateWorkspace: NonNullable<MutationResolvers['updateWorkspace']> = async (
  _parent,
  { input },
  context,
) => {
  demandAdmin(context);
  const result = await update(context.deps, callerOf(context), {
    name: input.name == null ? undefined : storable(input.name),
    timeZone: input.timeZone ?? undefined,
    closeResolvedAfterDays: input.closeResolvedAfterDays ?? undefined,
    retentionDays: input.retentionDays ?? undefined,
  });
  if (result.ok) return { workspace: result.value, userErrors: [] };
  const { code, message, field } = result.error;
  return { workspace: null, userErrors: [{ code, message, field: ['input', field] }] };
};
