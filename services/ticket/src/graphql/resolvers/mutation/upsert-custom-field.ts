import { storable } from '@smart-tickets/kit/text';
import { upsertCustomField as upsert } from '../../../use-cases/upsert-custom-field.ts';
import { demandAdmin } from '../../authorise.ts';
import { callerOf } from '../../caller.ts';
import type { MutationResolvers } from '../../resolver-types.generated.ts';

export const upsertCustomField: NonNullable<MutationResolvers['upsertCustomField']> = async (
  _parent,
  { input },
  context,
) => {
  demandAdmin(context);
  const result = await upsert(context.deps, callerOf(context), {
    key: input.key,
    appliesTo: input.appliesTo ?? 'TICKET',
    label: input.label == null ? undefined : storable(input.label),
    type: input.type ?? undefined,
    options: input.options?.map(storable),
    required: input.required ?? undefined,
    default: input.default,
    archived: input.archived ?? undefined,
  });
  if (result.ok) return { customField: result.value, userErrors: [] };
  const { code, message, field } = result.error;
  return { customField: null, userErrors: [{ code, message, field: ['input', field] }] };
};
