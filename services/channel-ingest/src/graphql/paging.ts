import { decodeCursor, encodeCursor } from '@smart-tickets/kit/cursor';
import { isId } from '@smart-tickets/kit/ids';
import { parseInstant } from '@smart-tickets/kit/scalars';
import { GraphQLError } from 'graphql';
import { onlyChannel } from './authorise.ts';
import type { Context } from './context.ts';

const maxPageSize = 100;

/** A place in a list that is in the order of an instant, and of ids where that is the same. */
export interface Position {
  readonly at: string;
  readonly id: string;
}

function refuse(message: string): never {
  throw new GraphQLError(message, { extensions: { code: 'BAD_USER_INPUT' } });
}

/** How many are asked for: 25 unless told otherwise; BAD_USER_INPUT unless it is 1 to 100. */
export function pageSize(first: number | null | undefined): number {
  const size = first ?? 25;
  return size >= 1 && size <= maxPageSize ? size : refuse(`first must be between 1 and ${maxPageSize}.`);
}

/** The place that a cursor of this list names, or null without one; BAD_USER_INPUT when it is no such cursor. */
export function positionAfter(list: string, cursor: string | null | undefined): Position | null {
  if (cursor == null) return null;
  const [at, id] = decodeCursor(list, cursor) ?? [];
  if (typeof at !== 'string' || Number.isNaN(parseInstant(at)) || typeof id !== 'string' || !isId(id)) {
    return refuse('after is not a cursor of this list.');
  }
  return { at, id };
}

/** The channel to look at: the connector's own, or the one asked for; null for all, undefined when there can be none. */
export async function channelAsked(
  asked: string | null | undefined,
  context: Context,
): Promise<string | null | undefined> {
  const only = await onlyChannel(context);
  if (asked == null) return only;
  return isId(asked) && (only === null || only === asked) ? asked : undefined;
}

/** A page of `size` of a list, made of that many rows, and one more where there are more. */
export function pageOf<Node extends { readonly id: string }>(
  list: string,
  rows: readonly Node[],
  size: number,
  after: Position | null,
  instantOf: (node: Node) => string,
) {
  const nodes = rows.slice(0, size);
  const edges = nodes.map((node) => ({ node, cursor: encodeCursor(list, [instantOf(node), node.id]) }));
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
}
