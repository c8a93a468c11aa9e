import { onlyChannel, seesIntake, visible } from '../../authorise.ts';
import type {
  ChannelResolvers,
  InboundMessageResolvers,
  MessageResolvers,
} from '../../resolver-types.generated.ts';

export const Channel: ChannelResolvers = {
  __resolveReference: async ({ id }, context) => {
    if (!seesIntake(context)) return null;
    const only = await onlyChannel(context);
    return only !== null && only !== id ? null : context.loaders.channel.load(id);
  },
  team: ({ teamId }) => (teamId === null ? null : { id: teamId }),
};

export const InboundMessage: InboundMessageResolvers = {
  __resolveReference: async ({ id }, context) =>
    seesIntake(context) ? visible(context, await context.loaders.inbound.load(id)) : null,
  channel: async ({ channelId }, _args, context) => {
    const channel = await context.loaders.channel.load(channelId);
    if (channel === null) throw new Error(`the channel ${channelId} of a message is gone`);
    return channel;
  },
  ticket: ({ ticketId }) => (ticketId === null ? null : { id: ticketId }),
};

export const Message: MessageResolvers = {
  __resolveReference: ({ id }) => ({ id }),
  source: async ({ id }, _args, context) =>
    seesIntake(context) ? visible(context, await context.loaders.inbound.load(id)) : null,
};
