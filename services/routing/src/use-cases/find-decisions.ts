import { readInWorkspace } from '@smart-tickets/kit/postgres';
import type pg from 'pg';
import type { AssignmentDecision } from '../domain/people.ts';
import { decisionsOfTickets } from '../persistence/assignment-repository.ts';

/** The newest decisions of several tickets, at most `most` of each, newest first within each ticket. */
export function findDecisions(
  pool: pg.Pool,
  workspaceId: string,
  ticketIds: readonly string[],
  most: number,
): Promise<AssignmentDecision[]> {
  return readInWorkspace<AssignmentDecision>(
    pool,
    workspaceId,
    decisionsOfTickets(workspaceId, ticketIds, most),
  );
}
