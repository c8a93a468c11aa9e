import { readInWorkspace, type Statement, type Tx } from '@smart-tickets/kit/postgres';
import type pg from 'pg';
import { maxViewers, viewerSeconds, type TicketViewer } from '../domain/presence.ts';

/** A viewer of a ticket, and in how many milliseconds it will have gone unless it is heard of before. */
export interface PresentViewer extends TicketViewer {
  readonly ticketId: string;
  readonly goneInMs: number;
}

// The database's clock is the one that all replicas share.
const present = `v.seen_at > now() - interval '${viewerSeconds} seconds'`;

function presentOn(workspaceId: string, ticketIds: readonly string[]): Statement {
  return {
    name: 'ticket-viewers',
    text: `select v.ticket_id as "ticketId", v.agent_id as "agentId", v.since, v.writing,
                  ceil(extract(epoch from v.seen_at + interval '${viewerSeconds} seconds' - now()) * 1000)::int as "goneInMs"
             from unnest($2::uuid[]) as t(id)
            cross join lateral (
                  select * from ticket_viewer v
                   where v.workspace_id = $1 and v.ticket_id = t.id and ${present}
                   order by v.since, v.agent_id limit ${maxViewers}) v`,
    values: [workspaceId, ticketIds],
  };
}

/** Who has these tickets open now, at most 100 of each, those who came first first. */
export function readViewers(
  pool: pg.Pool,
  workspaceId: string,
  ticketIds: readonly string[],
): Promise<PresentViewer[]> {
  return readInWorkspace<PresentViewer>(pool, workspaceId, presentOn(workspaceId, ticketIds));
}

/** What has become of a ticket's viewers by one of them being heard of. */
export interface ViewerSeen {
  /** Whether others see a difference: the viewer came, or began or ceased to write. */
  readonly changed: boolean;
  readonly viewers: PresentViewer[];
}

/** Notes that an agent has a ticket open; null when the workspace has no such ticket. One round trip. */
export async function noteViewer(
  tx: Tx,
  ticketId: string,
  agentId: string,
  writing: boolean,
): Promise<ViewerSeen | null> {
  const key = [tx.workspaceId, ticketId, agentId];
  const [before, noted, viewers] = await Promise.all([
    tx.query<{ writing: boolean }>({
      name: 'ticket-viewer-before',
      text: `select v.writing from ticket_viewer v
              where v.workspace_id = $1 and v.ticket_id = $2 and v.agent_id = $3 and ${present}`,
      values: key,
    }),
    tx.query({
      name: 'ticket-viewer-note',
      text: `insert into ticket_viewer as v (workspace_id, ticket_id, agent_id, since, seen_at, writing)
             select t.workspace_id, t.id, $3, now(), now(), $4 from ticket t where t.workspace_id = $1 and t.id = $2
             on conflict (workspace_id, ticket_id, agent_id) do update
                set since = case when ${present} then v.since else excluded.since end,
                    seen_at = greatest(v.seen_at, excluded.seen_at), writing = excluded.writing`,
      values: [...key, writing],
    }),
    tx.query<PresentViewer>(presentOn(tx.workspaceId, [ticketId])),
  ]);
  if (noted.rowCount === 0) return null;
  return { changed: before.rows[0]?.writing !== writing, viewers: viewers.rows };
}

/** Deletes viewers who have gone, at most `$2`; `$1` is how many days other things are kept. */
export const sweepViewers = `delete from ticket_viewer where (workspace_id, ticket_id, agent_id) in (
  select workspace_id, ticket_id, agent_id from ticket_viewer
   where seen_at < now() - interval '${viewerSeconds} seconds' and $1 > 0 limit $2)`;
