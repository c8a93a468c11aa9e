import type { Statement } from '@smart-tickets/kit/postgres';
import type { Agent, Team } from '../domain/people.ts';

/** A team's member as the batch of several teams gives it. */
export type AgentOfTeam = Agent & { readonly teamId: string };
/** A team as the batch of several agents gives it. */
export type TeamOfAgent = Team & { readonly agentId: string };

/** Statements that read teams and agents; each answers for one workspace only. */
export const peopleStatements = {
  /** Agents by id, in no order. */
  agentsByIds: (workspaceId: string, ids: readonly string[]): Statement => ({
    name: 'agents-by-ids',
    text: `select id, name, email, role from agent where workspace_id = $1 and id = any($2::uuid[])`,
    values: [workspaceId, ids],
  }),

  /** All agents by name. */
  allAgents: (workspaceId: string): Statement => ({
    name: 'agents-all',
    text: `select id, name, email, role from agent where workspace_id = $1 order by name, id`,
    values: [workspaceId],
  }),

  /** Teams by id, in no order. */
  teamsByIds: (workspaceId: string, ids: readonly string[]): Statement => ({
    name: 'teams-by-ids',
    text: `select id, name from team where workspace_id = $1 and id = any($2::uuid[])`,
    values: [workspaceId, ids],
  }),

  /** All teams by name. */
  allTeams: (workspaceId: string): Statement => ({
    name: 'teams-all',
    text: `select id, name from team where workspace_id = $1 order by name, id`,
    values: [workspaceId],
  }),

  /** Agents of several teams, in the order of each team's rotation. */
  agentsOfTeams: (workspaceId: string, teamIds: readonly string[]): Statement => ({
    name: 'agents-of-teams',
    text: `select m.team_id as "teamId", a.id, a.name, a.email, a.role
             from team_member m
             join agent a on a.workspace_id = m.workspace_id and a.id = m.agent_id
            where m.workspace_id = $1 and m.team_id = any($2::uuid[])
            order by m.position`,
    values: [workspaceId, teamIds],
  }),

  /** Teams of several agents, by name. */
  teamsOfAgents: (workspaceId: string, agentIds: readonly string[]): Statement => ({
    name: 'teams-of-agents',
    text: `select m.agent_id as "agentId", t.id, t.name
             from team_member m
             join team t on t.workspace_id = m.workspace_id and t.id = m.team_id
            where m.workspace_id = $1 and m.agent_id = any($2::uuid[])
            order by t.name, t.id`,
    values: [workspaceId, agentIds],
  }),

  /** Members of one team with their place in its rotation. */
  membersOfTeam: (workspaceId: string, teamId: string): Statement => ({
    name: 'members-of-team',
    text: `select m.agent_id as "agentId", a.name, a.role, m.position
             from team_member m
             join agent a on a.workspace_id = m.workspace_id and a.id = m.agent_id
            where m.workspace_id = $1 and m.team_id = $2
            order by m.position`,
    values: [workspaceId, teamId],
  }),
};
