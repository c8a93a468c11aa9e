import { decodeCursor, encodeCursor } from '@smart-tickets/kit/cursor';
import { isId } from '@smart-tickets/kit/ids';
import { parseInstant } from '@smart-tickets/kit/scalars';
import { GraphQLError } from 'graphql';
import { countInbound, listInbound } from '../../../persistence/inbound-queries.ts';
import { onlyChannel, visible } from '../../authorise.ts';
import type { Context } from '../../context.ts';
import type { QueryResolvers } from '../../resolver-types.generated.ts';

const list = 'inbound';
const maxPageSize = 100;

function refuse(message: string): never {
  throw new GraphQLError(message, { extensions: { code: 'BAD_USER_INPUT' } });
}

function positionOf(cursor: string | null | undefined): { at: string; id: string } | null {
  if (cursor == null) return null;
  const [at, id] = decodeCursor(list, cursor) ?? [];
  if (typeof at !== 'string' || Number.isNaN(parseInstant(at)) || typeof id !== 'string' || !isId(id)) {
    return refuse('after is not a cursor of this list.');
  }
  return { at, id };
}

/** The channel to look at: the connector's own, or the one asked for; undefined when there can be none. */
async function channelOf(
  asked: string | null | undefined,
  context: Context,
): Promise<string | null | undefined> {
  const only = await onlyChannel(context);
  if (asked == null) return only;
  return isId(asked) && (only === null || only === asked) ? asked : undefined;
}

export const inboundMessages: NonNullable<QueryResolvers['inboundMessages']> = async (
  _parent,
  args,
  context,
) => {
  const size = args.first ?? 25;
  if (size < 1 || size > maxPageSize) refuse(`first must be between 1 and ${maxPageSize}.`);
  const after = positionOf(args.after);
  const channelId = await channelOf(args.channelId, context);
  const { workspaceId } = context.viewer;
  const filter = { channelId: channelId ?? null, statuses: args.status ?? null };
  const rows =
    channelId === undefined ? [] : await listInbound(context.deps.pool, workspaceId, filter, after, size + 1);
  const nodes = rows.slice(0, size);
  const edges = nodes.map((node) => ({ node, cursor: encodeCursor(list, [node.receivedAt, node.id]) }));
  return {
    edges,
    nodes,
    pageInfo: {
      hasNextPage: rows.length > size,
      hasPreviousPage: after !== null,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  };
};

export const inboundMessage: NonNullable<QueryResolvers['inboundMessage']> = async (
  _parent,
  { id },
  context,
) => visible(context, await context.loaders.inbound.load(id));

export const inboundLedger: NonNullable<QueryResolvers['inboundLedger']> = async (_parent, args, context) => {
  const channelId = await channelOf(args.channelId, context);
  const empty = { RECEIVED: 0, ON_TICKET: 0, DUPLICATE: 0, HELD: 0, DEAD_LETTER: 0 };
  const counts =
    channelId === undefined
      ? empty
      : await countInbound(context.deps.pool, context.viewer.workspaceId, channelId);
  return {
    received: Object.values(counts).reduce((sum, count) => sum + count, 0),
    inWork: counts.RECEIVED,
    onTicket: counts.ON_TICKET,
    duplicate: counts.DUPLICATE,
    held: counts.HELD,
    deadLetter: counts.DEAD_LETTER,
  };
};
