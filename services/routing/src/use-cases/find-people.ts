import { readInWorkspace } from '@smart-tickets/kit/postgres';
import type pg from 'pg';
import type { Agent, Team } from '../domain/people.ts';
import { peopleStatements, type AgentOfTeam, type TeamOfAgent } from '../persistence/people-repository.ts';

/** Agents of the workspace by id, in no order; ids of others or of nobody are simply missing. */
export function findAgents(pool: pg.Pool, workspaceId: string, ids: readonly string[]): Promise<Agent[]> {
  return readInWorkspace<Agent>(pool, workspaceId, peopleStatements.agentsByIds(workspaceId, ids));
}

/** The agents of the workspace by name, at most 1,000. */
export function listAgents(pool: pg.Pool, workspaceId: string): Promise<Agent[]> {
  return readInWorkspace<Agent>(pool, workspaceId, peopleStatements.allAgents(workspaceId));
}

/** Teams of the workspace by id, in no order; ids of others or of nothing are simply missing. */
export function findTeams(pool: pg.Pool, workspaceId: string, ids: readonly string[]): Promise<Team[]> {
  return readInWorkspace<Team>(pool, workspaceId, peopleStatements.teamsByIds(workspaceId, ids));
}

/** The teams of the workspace by name, at most 1,000. */
export function listTeams(pool: pg.Pool, workspaceId: string): Promise<Team[]> {
  return readInWorkspace<Team>(pool, workspaceId, peopleStatements.allTeams(workspaceId));
}

/** Agents of several teams, at most 1,000 of each, each team's in the order of its rotation. */
export function findAgentsOfTeams(
  pool: pg.Pool,
  workspaceId: string,
  teamIds: readonly string[],
): Promise<AgentOfTeam[]> {
  return readInWorkspace<AgentOfTeam>(
    pool,
    workspaceId,
    peopleStatements.agentsOfTeams(workspaceId, teamIds),
  );
}

/** Teams of several agents, at most 1,000 of each, each agent's by name. */
export function findTeamsOfAgents(
  pool: pg.Pool,
  workspaceId: string,
  agentIds: readonly string[],
): Promise<TeamOfAgent[]> {
  return readInWorkspace<TeamOfAgent>(
    pool,
    workspaceId,
    peopleStatements.teamsOfAgents(workspaceId, agentIds),
  );
}
