import { listDeliveries } from '../../../persistence/delivery-queries.ts';
import { visible } from '../../authorise.ts';
import { channelAsked, pageOf, pageSize, positionAfter } from '../../paging.ts';
import type { QueryResolvers } from '../../resolver-types.generated.ts';

const list = 'delivery';

export const deliveries: NonNullable<QueryResolvers['deliveries']> = async (_parent, args, context) => {
  const size = pageSize(args.first);
  const after = positionAfter(list, args.after);
  const channelId = await channelAsked(args.channelId, context);
  const { workspaceId } = context.viewer;
  const filter = { channelId: channelId ?? null, statuses: args.status ?? null };
  const rows =
    channelId === undefined
      ? []
      : await listDeliveries(context.deps.pool, workspaceId, filter, after, size + 1);
  return pageOf(list, rows, size, after, ({ createdAt }) => createdAt);
};

export const delivery: NonNullable<QueryResolvers['delivery']> = async (_parent, { id }, context) =>
  visible(context, await context.loaders.delivery.load(id));
