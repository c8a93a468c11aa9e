import { listInbound } from '../../../persistence/inbound-queries.ts';
import { readLedger } from '../../../persistence/ledger.ts';
import { visible } from '../../authorise.ts';
import { channelAsked, pageOf, pageSize, positionAfter } from '../../paging.ts';
import type { QueryResolvers } from '../../resolver-types.generated.ts';

const list = 'inbound';

export const inboundMessages: NonNullable<QueryResolvers['inboundMessages']> = async (
  _parent,
  args,
  context,
) => {
  const size = pageSize(args.first);
  const after = positionAfter(list, args.after);
  const channelId = await channelAsked(args.channelId, context);
  const { workspaceId } = context.viewer;
  const filter = { channelId: channelId ?? null, statuses: args.status ?? null };
  const rows =
    channelId === undefined ? [] : await listInbound(context.deps.pool, workspaceId, filter, after, size + 1);
  return pageOf(list, rows, size, after, ({ receivedAt }) => receivedAt);
};

export const inboundMessage: NonNullable<QueryResolvers['inboundMessage']> = async (
  _parent,
  { id },
  context,
) => visible(context, await context.loaders.inbound.load(id));

export const inboundLedger: NonNullable<QueryResolvers['inboundLedger']> = async (_parent, args, context) => {
  const channelId = await channelAsked(args.channelId, context);
  const empty = { RECEIVED: 0, ON_TICKET: 0, DUPLICATE: 0, HELD: 0, DEAD_LETTER: 0 };
  const { received, counts } =
    channelId === undefined
      ? { received: 0, counts: empty }
      : await readLedger(context.deps.pool, context.viewer.workspaceId, channelId);
  const there = Object.values(counts).reduce((sum, count) => sum + count, 0);
  return {
    received: Math.max(received, there),
    missing: Math.max(0, received - there),
    inWork: counts.RECEIVED,
    onTicket: counts.ON_TICKET,
    duplicate: counts.DUPLICATE,
    held: counts.HELD,
    deadLetter: counts.DEAD_LETTER,
  };
};
