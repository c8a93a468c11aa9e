import { readInWorkspace } from '@smart-tickets/kit/postgres';
import type pg from 'pg';
import type { TimelineEntry } from '../src/domain/timeline.ts';
import { entryColumns } from '../src/persistence/ticket-sql.ts';
import { entryOf, type EntryRow } from '../src/persistence/timeline-row.ts';

/** Entries of one ticket after a place in its timeline, oldest first. */
export async function readTimeline(
  pool: pg.Pool,
  workspaceId: string,
  ticketId: string,
  afterSeq: number,
  limit: number,
): Promise<TimelineEntry[]> {
  const rows = await readInWorkspace<EntryRow>(pool, workspaceId, {
    name: 'timeline-page',
    text: `select ${entryColumns} from timeline_entry e
            where e.workspace_id = $1 and e.ticket_id = $2 and e.seq > $3 order by e.seq limit $4`,
    values: [workspaceId, ticketId, afterSeq, limit],
  });
  return rows.map(entryOf);
}
