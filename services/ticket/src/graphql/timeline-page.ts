import { decodeCursor, encodeCursor } from '@smart-tickets/kit/cursor';
import { isId } from '@smart-tickets/kit/ids';
import { parseInstant } from '@smart-tickets/kit/scalars';
import { GraphQLError } from 'graphql';
import type { TimelineEntry } from '../domain/timeline.ts';
import type { TimelinePage, TimelinePosition, TimelineWindow } from '../persistence/timeline-queries.ts';
import { pageSize } from './paging.ts';

/** The arguments of `Ticket.timeline`. */
export interface TimelineArgs {
  readonly first?: number | null;
  readonly after?: string | null;
  readonly last?: number | null;
  readonly before?: string | null;
  readonly kinds?: readonly TimelineEntry['type'][] | null;
}

const usualSize = 25;
const maxInt4 = 2_147_483_647;

function refuse(message: string): never {
  throw new GraphQLError(message, { extensions: { code: 'BAD_USER_INPUT' } });
}

/** The page that the arguments ask for; BAD_USER_INPUT for those of both directions, a bad size, a cursor of another list. */
export function timelineWindow(ticketId: string, args: TimelineArgs): TimelineWindow {
  const forwards = args.first != null || args.after != null;
  const backwards = args.last != null || args.before != null;
  if (forwards && backwards) refuse('Give first and after, or last and before, not some of both.');
  return {
    direction: backwards ? 'BACKWARDS' : 'FORWARDS',
    from: backwards ? position(ticketId, 'before', args.before) : position(ticketId, 'after', args.after),
    kinds: args.kinds == null ? null : [...new Set(args.kinds)].sort(),
    size: backwards ? pageSize(args.last, usualSize, 'last') : pageSize(args.first, usualSize),
  };
}

function position(
  ticketId: string,
  argument: string,
  cursor: string | null | undefined,
): TimelinePosition | null {
  if (cursor == null) return null;
  const [at, entryTicketId, seq, ...rest] = decodeCursor(listOf(ticketId), cursor) ?? [];
  const usable =
    typeof at === 'string' &&
    !Number.isNaN(parseInstant(at)) &&
    typeof entryTicketId === 'string' &&
    isId(entryTicketId) &&
    typeof seq === 'number' &&
    Number.isInteger(seq) &&
    Math.abs(seq) <= maxInt4;
  if (!usable || rest.length > 0) return refuse(`${argument} is not a cursor of this timeline.`);
  return { at, ticketId: entryTicketId, seq };
}

function listOf(ticketId: string): string {
  return `timeline:${ticketId}`;
}

/** A page of a ticket's timeline in Relay's form. */
export function timelineConnection(ticketId: string, page: TimelinePage | undefined) {
  const entries = [...(page?.entries ?? [])];
  const edges = entries.map((node) => ({
    node,
    cursor: encodeCursor(listOf(ticketId), [node.at, node.ticketId, node.seq]),
  }));
  return {
    edges,
    nodes: entries,
    pageInfo: {
      hasNextPage: page?.hasLater ?? false,
      hasPreviousPage: page?.hasEarlier ?? false,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  };
}
