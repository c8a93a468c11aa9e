import { inWorkspace, type Statement, type Tx } from '@smart-tickets/kit/postgres';
import { ok } from '@smart-tickets/kit/result';
import type pg from 'pg';

/** The last message of a ticket that an agent's client was given, with the version of the ticket that it was given. */
export interface Seen {
  readonly agentId: string;
  readonly ticketId: string;
  readonly version: number;
  /** Null: the agent has seen that there is no message yet. */
  readonly lastMessageId: string | null;
}

/**
 * Forgets what was seen more than a day ago, at most `$2` rows; for the sweep, whose retention in days is `$1`.
 * What is older does not count even before it is swept.
 */
export const trimSeen = `delete from ticket_seen where (workspace_id, agent_id, ticket_id) in (
  select workspace_id, agent_id, ticket_id from ticket_seen
   where at < now() - make_interval(days => least(1, $1::integer)) limit $2)`;

/**
 * Notes what was seen, each ticket of an agent once. A newer version is never written over by an older one, in
 * whatever order reads, events and answers get here.
 */
function insertSeen(workspaceId: string, seen: readonly Seen[]): Statement {
  return {
    name: 'seen-insert',
    // In one order, so that two processes never wait for each other crosswise.
    text: `insert into ticket_seen as known (workspace_id, agent_id, ticket_id, ticket_version, last_message_id, at)
           select $1, s."agentId", s."ticketId", s.version, s."lastMessageId", now()
             from jsonb_to_recordset($2::jsonb)
                  as s("agentId" uuid, "ticketId" uuid, version integer, "lastMessageId" uuid)
            order by s."agentId", s."ticketId"
           on conflict (workspace_id, agent_id, ticket_id) do update
              set ticket_version = excluded.ticket_version, last_message_id = excluded.last_message_id, at = excluded.at
            where excluded.ticket_version >= known.ticket_version`,
    values: [workspaceId, JSON.stringify(seen)],
  };
}

/** Writes what was seen in a transaction of its own. */
export async function writeSeen(pool: pg.Pool, workspaceId: string, seen: readonly Seen[]): Promise<void> {
  await inWorkspace<undefined, never>(pool, workspaceId, (tx) => {
    tx.send(insertSeen(workspaceId, seen));
    return Promise.resolve(ok(undefined));
  });
}

/** What agents have seen, within one transaction of one workspace. */
export class SeenStore {
  #tx: Tx;

  constructor(tx: Tx) {
    this.#tx = tx;
  }

  /** The last message that the agent was given within the last day; null where nothing is known. */
  async find(agentId: string, ticketId: string): Promise<Pick<Seen, 'lastMessageId'> | null> {
    const { rows } = await this.#tx.query<Pick<Seen, 'lastMessageId'>>({
      name: 'seen-find',
      text: `select last_message_id as "lastMessageId" from ticket_seen
              where workspace_id = $1 and agent_id = $2 and ticket_id = $3 and at > now() - interval '24 hours'`,
      values: [this.#tx.workspaceId, agentId, ticketId],
    });
    return rows[0] ?? null;
  }

  /**
   * Notes that an agent has opened a ticket, where it is not known what they have seen of it: then they are taken to see it
   * as it stands. What they were given is known better, before or later, and counts.
   */
  noteOpened(agentId: string, ticketId: string): void {
    this.#tx.send({
      name: 'seen-opened',
      text: `insert into ticket_seen as known (workspace_id, agent_id, ticket_id, ticket_version, last_message_id, at)
             select t.workspace_id, $2, t.id, 0, t.last_message_id, now() from ticket t
              where t.workspace_id = $1 and t.id = $3
             on conflict (workspace_id, agent_id, ticket_id) do update
                set ticket_version = 0, last_message_id = excluded.last_message_id, at = excluded.at
              where known.at <= now() - interval '24 hours'`,
      values: [this.#tx.workspaceId, agentId, ticketId],
    });
  }

  /** Notes what an agent has seen by doing it. */
  note(seen: Seen): void {
    this.#tx.send(insertSeen(this.#tx.workspaceId, [seen]));
  }
}
