import { decodeCursor, encodeCursor } from '@smart-tickets/kit/cursor';
import { isId } from '@smart-tickets/kit/ids';
import { parseInstant } from '@smart-tickets/kit/scalars';
import { GraphQLError } from 'graphql';
import type { ListPosition } from '../persistence/ticket-queries.ts';

/** Most items of a page. */
export const maxPageSize = 100;

function refuse(message: string): never {
  throw new GraphQLError(message, { extensions: { code: 'BAD_USER_INPUT' } });
}

/** The page size asked for by the argument of this name; BAD_USER_INPUT outside 1 to 100. */
export function pageSize(asked: number | null | undefined, usual: number, argument = 'first'): number {
  const size = asked ?? usual;
  if (size < 1 || size > maxPageSize) refuse(`${argument} must be between 1 and ${maxPageSize}.`);
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
  const cursorAt = (index: number): string | null => {
    const row = page.at(index);
    return row === undefined ? null : cursorOf(row);
  };
  return {
    /** Made when they are asked for: most want the nodes, and a cursor costs more than a node. */
    get edges() {
      return page.map((node) => ({ node, cursor: cursorOf(node) }));
    },
    nodes: page,
    pageInfo: {
      hasNextPage: rows.length > size,
      hasPreviousPage: hasPrevious,
      startCursor: cursorAt(0),
      endCursor: cursorAt(-1),
    },
  };
}

/** Cursor of a place in a list that is sorted by some values and the id. */
export function listCursor(list: string, position: ListPosition): string {
  return encodeCursor(list, [...position.keys, position.id]);
}

/** The place that a list's cursor names; BAD_USER_INPUT when it is none of this list's. */
export function listPosition(
  list: string,
  types: readonly ('timestamptz' | 'integer')[],
  cursor: string | null | undefined,
): ListPosition | null {
  if (cursor == null) return null;
  const values = decodeCursor(list, cursor) ?? [];
  const id = values[types.length];
  const keys = types.map((type, index) => usableKey(type, values[index]));
  if (typeof id !== 'string' || !isId(id) || values.length !== types.length + 1 || keys.includes(null)) {
    return refuse('after is not a cursor of this list.');
  }
  return { keys: keys.filter((key) => key !== null), id };
}

function usableKey(type: 'timestamptz' | 'integer', value: unknown): string | number | null {
  if (type === 'integer')
    return Number.isInteger(value) && Math.abs(value as number) < 2 ** 31 ? (value as number) : null;
  return typeof value === 'string' && !Number.isNaN(parseInstant(value)) ? value : null;
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
