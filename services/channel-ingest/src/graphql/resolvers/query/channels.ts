import { readChannels } from '../../../persistence/inbound-queries.ts';
import { onlyChannel } from '../../authorise.ts';
import type { QueryResolvers } from '../../resolver-types.generated.ts';

export const channel: NonNullable<QueryResolvers['channel']> = async (_parent, { id }, context) => {
  const only = await onlyChannel(context);
  return only !== null && only !== id ? null : context.loaders.channel.load(id);
};

export const channels: NonNullable<QueryResolvers['channels']> = async (_parent, _args, context) => {
  const only = await onlyChannel(context);
  return readChannels(context.deps.pool, context.viewer.workspaceId, only === null ? null : [only]);
};
