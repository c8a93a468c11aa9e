import type pg from 'pg';
import { readDocumentCount } from '../persistence/search-repository.ts';

/** How many tickets of the workspace can be found. */
export function countDocuments(pool: pg.Pool, workspaceId: string): Promise<number> {
  return readDocumentCount(pool, workspaceId);
}
