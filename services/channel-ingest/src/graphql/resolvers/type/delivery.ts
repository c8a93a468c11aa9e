import { deliveriesWaiting } from '../../deliveries-waiting.ts';
import { seesIntake, visible } from '../../authorise.ts';
import type { Context } from '../../context.ts';
import type {
  DeliveriesWaitingResolvers,
  DeliveryResolvers,
  OutboundAttachmentResolvers,
  SubscriptionResolvers,
} from '../../resolver-types.generated.ts';

async function channelOf({ channelId }: { readonly channelId: string }, context: Context) {
  const channel = await context.loaders.channel.load(channelId);
  if (channel === null) throw new Error(`the channel ${channelId} of a delivery is gone`);
  return channel;
}

export const Delivery: DeliveryResolvers = {
  __resolveReference: async ({ id }, context) =>
    seesIntake(context) ? visible(context, await context.loaders.delivery.load(id)) : null,
  channel: (delivery, _args, context) => channelOf(delivery, context),
  ticket: ({ ticketId }) => ({ id: ticketId }),
  message: ({ id }) => ({ id }),
  to: ({ recipients }) => recipients.map(({ address }) => address),
  recipients: ({ recipients }) => [...recipients],
  nextAttemptAt: ({ status, claimableAt }) => (status === 'QUEUED' ? claimableAt : null),
  leasedUntil: ({ status, claimableAt }) => (status === 'CLAIMED' ? claimableAt : null),
  content: async ({ id }, _args, context) => {
    const found = await context.loaders.content.load(id);
    if (found === null) throw new Error(`the content of the delivery ${id} is gone`);
    return found.content;
  },
};

export const OutboundAttachment: OutboundAttachmentResolvers = {
  url: ({ id, sha256, sizeBytes, fileName, mediaType, inline }, _args, { deps, viewer }) =>
    deps.links.download(
      {
        workspaceId: viewer.workspaceId,
        attachmentId: id,
        sha256,
        sizeBytes,
        fileName,
        mediaType,
        inline,
      },
      deps.now().getTime(),
    ),
};

export const DeliveriesWaiting: DeliveriesWaitingResolvers = {
  channel: (waiting, _args, context) => channelOf(waiting, context),
};

export const Subscription: SubscriptionResolvers = {
  deliveriesWaiting: {
    subscribe: (_parent, _args, context) => deliveriesWaiting(context) as never,
    resolve: (waiting: unknown) => waiting as never,
  },
};
