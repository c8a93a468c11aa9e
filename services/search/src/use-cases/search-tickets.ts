import { err, ok, type Result } from '@smart-tickets/kit/result';
import type pg from 'pg';
import { parseQuery, type QueryFault } from '../domain/parse-query.ts';
import type { HitPage, SearchSort } from '../domain/search-page.ts';
import { isTimeout, readHits } from '../persistence/search-repository.ts';
import type { AppliedEvents } from './await-event.ts';
import { cursorOf, eventPosOf, placeOf } from './search-cursor.ts';

/** Most hits on one page. */
export const mostHits = 100;
const limitMs = 2_000;

/** What is asked. `asOf` is the cursor of an event that the caller has seen. */
export interface SearchRequest {
  readonly query: string;
  readonly sort: SearchSort;
  readonly first: number;
  readonly after: string | null;
  readonly asOf: string | null;
}

/** Why a search is refused, or could not be answered in time. */
export type SearchFault =
  | QueryFault
  | { readonly code: 'BAD_PAGE_SIZE'; readonly most: number }
  | { readonly code: 'BAD_CURSOR' }
  | { readonly code: 'BAD_AS_OF' }
  | { readonly code: 'TOO_SLOW'; readonly limitMs: number };

/** What searching works with; one of each for a process. */
export interface SearchParts {
  readonly pool: pg.Pool;
  readonly applied: AppliedEvents;
}

/**
 * Finds tickets of one workspace. Waits first, at most 2 s, until the index has the event that `asOf` names; then
 * takes at most 2 s in all.
 */
export async function searchTickets(
  { pool, applied }: SearchParts,
  workspaceId: string,
  request: SearchRequest,
): Promise<Result<HitPage, SearchFault>> {
  const { first, after, asOf } = request;
  if (first < 1 || first > mostHits) return err({ code: 'BAD_PAGE_SIZE', most: mostHits });
  const parsed = parseQuery(request.query);
  if ('code' in parsed) return err(parsed);
  const sort = parsed.kind === 'TERMS' || request.sort !== 'RELEVANCE' ? request.sort : 'UPDATED_DESC';
  const place = after === null ? null : placeOf(sort, after);
  if (after !== null && place === null) return err({ code: 'BAD_CURSOR' });
  if (asOf !== null) {
    const pos = eventPosOf(asOf);
    if (pos === null) return err({ code: 'BAD_AS_OF' });
    await applied.until(workspaceId, pos);
  }
  try {
    const found = await readHits(pool, workspaceId, { parsed, sort, first, place, limitMs });
    const { rows, total, totalExact, hasNextPage } = found;
    const hits = rows.map(({ ticketId, score, highlights, place: at }) => ({
      ticketId,
      score,
      highlights,
      cursor: cursorOf(sort, at),
    }));
    return ok({ hits, total, totalExact, hasNextPage, hasPreviousPage: place !== null });
  } catch (error) {
    if (isTimeout(error)) return err({ code: 'TOO_SLOW', limitMs });
    throw error;
  }
}
