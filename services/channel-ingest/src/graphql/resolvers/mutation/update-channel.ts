import { updateChannel as update } from '../../../use-cases/update-channel.ts';
import { demandAdmin } from '../../authorise.ts';
import { channelErrorOf } from '../../channel-errors.ts';
import type { MutationResolvers } from '../../resolver-types.generated.ts';

export const updateChannel: NonNullable<MutationResolvers['updateChannel']> = async (
  _parent,
  { input },
  context,
) => {
  demandAdmin(context);
  const result = await update(context.deps, context.viewer, input.id, {
    name: input.name ?? undefined,
    address: input.address,
    teamId: input.teamId,
    enabled: input.enabled ?? undefined,
    settings: input.settings,
  });
  return result.ok
    ? { channel: result.value, userErrors: [] }
    : { channel: null, userErrors: [channelErrorOf(result.error, ['input'])] };
};
