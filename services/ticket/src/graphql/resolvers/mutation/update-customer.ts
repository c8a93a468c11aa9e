import { storable } from '@smart-tickets/kit/text';
import { GraphQLError } from 'graphql';
import { updateCustomer as update } from '../../../use-cases/update-customer.ts';
import { demandWorker } from '../../authorise.ts';
import { callerOf } from '../../caller.ts';
import { goneError } from '../../customer-refusals.ts';
import type { MutationResolvers } from '../../resolver-types.generated.ts';

const maxGroupsAtOnce = 100;

/** Null means the same as leaving it out. */
function text(given: string | null | undefined): string | undefined {
  return given == null ? undefined : storable(given);
}

export const updateCustomer: NonNullable<MutationResolvers['updateCustomer']> = async (
  _parent,
  { input },
  context,
) => {
  demandWorker(context);
  if ((input.addGroups?.length ?? 0) + (input.removeGroups?.length ?? 0) > maxGroupsAtOnce) {
    throw new GraphQLError(`At most ${maxGroupsAtOnce} groups at once.`, {
      extensions: { code: 'BAD_USER_INPUT' },
    });
  }
  const result = await update(context.deps, callerOf(context), {
    id: input.id,
    name: text(input.name),
    company: text(input.company),
    language: text(input.language),
    timeZone: text(input.timeZone),
    addGroups: input.addGroups?.map(storable),
    removeGroups: input.removeGroups?.map(storable),
    fields: input.fields?.map(({ key, value }) => ({ key, value: value ?? null })),
    notes: text(input.notes),
  });
  if (result.ok) return { customer: result.value, userErrors: [] };
  const { error } = result;
  const refusal =
    'message' in error
      ? { code: error.code, message: error.message, field: ['input', error.field] }
      : goneError(error, ['input', 'id']);
  return { customer: null, userErrors: [refusal] };
};
