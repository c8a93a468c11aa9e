import { decodeCursor, encodeCursor } from '@smart-tickets/kit/cursor';
import { isId } from '@smart-tickets/kit/ids';
import type { Place, SearchSort } from '../domain/search-page.ts';

const kind = 'search';

/** Cursor of a place in the list of this order. */
export function cursorOf(sort: SearchSort, place: Place): string {
  switch (place.at) {
    case 'NUMBER':
      return encodeCursor(kind, [sort]);
    case 'SCORE':
      return encodeCursor(kind, [sort, place.score, place.id]);
    case 'INSTANT':
      return encodeCursor(kind, [sort, place.key, place.id]);
  }
}

/** The place of a cursor; null when it is none of a list of this order. */
export function placeOf(sort: SearchSort, cursor: string): Place | null {
  const values = decodeCursor(kind, cursor);
  if (values === null || values[0] !== sort) return null;
  if (values.length === 1) return { at: 'NUMBER' };
  const [, key, id] = values;
  if (values.length !== 3 || typeof id !== 'string' || !isId(id)) return null;
  if (sort === 'RELEVANCE')
    return typeof key === 'number' && Number.isFinite(key) ? { at: 'SCORE', score: key, id } : null;
  return typeof key === 'string' && isInstant(key) ? { at: 'INSTANT', key, id } : null;
}

// Years 0001 to 9999 in the one form that cursors are made in: the database refuses year 0, and so do we days that do
// not exist, which Date.parse takes for the next month's.
function isInstant(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/.test(text) || text.startsWith('0000')) return false;
  const at = new Date(text);
  return !Number.isNaN(at.getTime()) && at.toISOString() === text;
}

/** Position in the ticket service's event log of an event's cursor; null when it is no such cursor. */
export function eventPosOf(cursor: string): number | null {
  const values = decodeCursor('ticket-event', cursor);
  const pos = values?.length === 1 ? values[0] : undefined;
  return typeof pos === 'number' && Number.isSafeInteger(pos) && pos >= 0 ? pos : null;
}
