import { decodeCursor, encodeCursor } from '@smart-tickets/kit/cursor';
import { isId } from '@smart-tickets/kit/ids';
import { parseInstant } from '@smart-tickets/kit/scalars';
import { GraphQLError } from 'graphql';

/** Most items of a page. */
export const maxPageSize = 100;

function refuse(message: string): never {
  throw new GraphQLError(message, { extensions: { code: 'BAD_USER_INPUT' } });
}

/** The page size asked for; BAD_USER_INPUT outside 1 to 100. */
export function pageSize(first: number | null | undefined, usual: number): number {
  const size = first ?? usual;
  if (size < 1 || size > maxPageSize) refuse(`first must be between 1 and ${maxPageSize}.`);
  return size;
}

/** A page in Relay's form from one row more than asked for. Source: Relay cursor connections specification. */
export function connection<Row>(
  rows: readonly Row[],
  size: number,
  hasPrevious: boolean,
  cursorOf: (row: Row) => string,
) {
  const page = rows.slice(0, size);
  const edges = page.map((node) => ({ node, cursor: cursorOf(node) }));
  return {
    edges,
    nodes: page,
    pageInfo: {
      hasNextPage: rows.length > size,
      hasPreviousPage: hasPrevious,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  };
}

/** Cursor of a place in a list that is sorted by an instant and the id. */
export function listCursor(list: string, at: string, id: string): string {
  return encodeCursor(list, [at, id]);
}

/** The place that a list's cursor names; BAD_USER_INPUT when it is none of this list's. */
export function listPosition(
  list: string,
  cursor: string | null | undefined,
): { at: string; id: string } | null {
  if (cursor == null) return null;
  const [at, id] = decodeCursor(list, cursor) ?? [];
  if (typeof at !== 'string' || Number.isNaN(parseInstant(at)) || typeof id !== 'string' || !isId(id)) {
    return refuse('after is not a cursor of this list.');
  }
  return { at, id };
}

/** Cursor of a single number, such as a place in a timeline or in the event log. */
export function numberCursor(list: string, value: number): string {
  return encodeCursor(list, [value]);
}

/** The number that a cursor names; BAD_USER_INPUT when it is none of this list's. */
export function numberPosition(list: string, cursor: string): number {
  const [value] = decodeCursor(list, cursor) ?? [];
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) {
    return refuse('after is not a cursor of this list.');
  }
  return value;
}
