import type { Statement, Tx } from '@smart-tickets/kit/postgres';
import type { Agent, AssignmentDecision, Member, Team } from '../domain/people.ts';
import { peopleStatements } from './people-repository.ts';

/** The teams that a ticket of this channel's team can go to: that one, and the workspace's first by name. */
export async function readTeams(tx: Tx, channelTeamId: string | null): Promise<Team[]> {
  return (await tx.query<Team>(peopleStatements.teamsToChooseFrom(tx.workspaceId, channelTeamId))).rows;
}

/** An agent; null for one who is not known, and for no id. */
export async function readAgent(tx: Tx, id: string | null): Promise<Agent | null> {
  if (id === null) return null;
  return (await tx.query<Agent>(peopleStatements.agentsByIds(tx.workspaceId, [id]))).rows[0] ?? null;
}

/** A team's rotation, held until the end of the transaction. */
export interface Rotation {
  readonly lastPosition: number;
  readonly members: readonly Member[];
}

/**
 * Locks the team's rotation and reads whose turn it was last (0 when it was nobody's) with the members. Of several
 * transactions the others wait here, and then see the position that the one before them left.
 */
export async function lockRotation(tx: Tx, teamId: string): Promise<Rotation> {
  const locked = tx.query<{ lastPosition: number }>({
    name: 'rotation-lock',
    text: `insert into team_rotation as r (workspace_id, team_id, last_position) values ($1, $2, 0)
           on conflict (workspace_id, team_id) do update set last_position = r.last_position
           returning last_position as "lastPosition"`,
    values: [tx.workspaceId, teamId],
  });
  const members = tx.query<Member>(peopleStatements.membersOfTeam(tx.workspaceId, teamId));
  const [rotation, list] = await Promise.all([locked, members]);
  return { lastPosition: rotation.rows[0]?.lastPosition ?? 0, members: list.rows };
}

/** Moves the rotation on; call it while `lockRotation` holds the row. */
export function moveRotation(tx: Tx, teamId: string, lastPosition: number): void {
  tx.send({
    name: 'rotation-move',
    text: `update team_rotation set last_position = $3 where workspace_id = $1 and team_id = $2`,
    values: [tx.workspaceId, teamId, lastPosition],
  });
}

/** Keeps a decision. */
export function storeDecision(tx: Tx, decision: AssignmentDecision): void {
  const { id, ticketId, decidedAt, teamId, agentId, reason } = decision;
  tx.send({
    name: 'decision-insert',
    text: `insert into assignment_decision (workspace_id, id, ticket_id, decided_at, team_id, agent_id, reason)
           values ($1, $2, $3, $4, $5, $6, $7)`,
    values: [tx.workspaceId, id, ticketId, decidedAt, teamId, agentId, reason],
  });
}

/** Statement for the newest decisions of several tickets, at most `most` of each, newest first within each ticket. */
export function decisionsOfTickets(
  workspaceId: string,
  ticketIds: readonly string[],
  most: number,
): Statement {
  return {
    name: 'decisions-of-tickets',
    text: `select d.id, d.ticket_id as "ticketId", d.decided_at as "decidedAt", d.team_id as "teamId",
                  d.agent_id as "agentId", d.reason
             from unnest($2::uuid[]) as wanted(ticket_id)
            cross join lateral (
                  select * from assignment_decision
                   where workspace_id = $1 and ticket_id = wanted.ticket_id
                   order by decided_at desc, id desc limit $3) d
            order by d.ticket_id, d.decided_at desc, d.id desc`,
    values: [workspaceId, ticketIds, most],
  };
}
