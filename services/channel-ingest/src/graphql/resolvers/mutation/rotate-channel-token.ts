import { rotateChannelToken as rotate } from '../../../use-cases/rotate-channel-token.ts';
import { demandAdmin } from '../../authorise.ts';
import { channelErrorOf } from '../../channel-errors.ts';
import type { MutationResolvers } from '../../resolver-types.generated.ts';

export const rotateChannelToken: NonNullable<MutationResolvers['rotateChannelToken']> = async (
  _parent,
  { id },
  context,
) => {
  demandAdmin(context);
  const result = await rotate(context.deps, context.viewer, id);
  return result.ok
    ? { ...result.value, userErrors: [] }
    : { channel: null, token: null, userErrors: [channelErrorOf(result.error, [])] };
};
