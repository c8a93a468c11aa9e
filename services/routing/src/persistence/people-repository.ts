import type { Statement } from '@smart-tickets/kit/postgres';
import type { Agent, Team } from '../domain/people.ts';

/** A team's member as the batch of several teams gives it. */
export type AgentOfTeam = Agent & { readonly teamId: string };
/** A team as the batch of several agents gives it. */
export type TeamOfAgent = Team & { readonly agentId: string };

/** Longest list of agents or teams: of a workspace, of a team's agents, of an agent's teams. */
export const mostPeople = 1_000;

/** Statements that read teams and agents; each answers for one workspace only. */
export const peopleStatements = {
  /** Agents by id, in no order. */
  agentsByIds: (workspaceId: string, ids: readonly string[]): Statement => ({
    name: 'agents-by-ids',
    text: `select id, name, email, role from agent where workspace_id = $1 and id = any($2::uuid[])`,
    values: [workspaceId, ids],
  }),

  /** Agents by name, at most 1,000. */
  allAgents: (workspaceId: string): Statement => ({
    name: 'agents-all',
    text: `select id, name, email, role from agent where workspace_id = $1 order by name, id limit $2`,
    values: [workspaceId, mostPeople],
  }),

  /** Teams by id, in no order. */
  teamsByIds: (workspaceId: string, ids: readonly string[]): Statement => ({
    name: 'teams-by-ids',
    text: `select id, name from team where workspace_id = $1 and id = any($2::uuid[])`,
    values: [workspaceId, ids],
  }),

  /** Teams by name, at most 1,000. */
  allTeams: (workspaceId: string): Statement => ({
    name: 'teams-all',
    text: `select id, name from team where workspace_id = $1 order by name, id limit $2`,
    values: [workspaceId, mostPeople],
  }),

  /** The team of this id, and the workspace's first by name in the order of code points. */
  teamsToChooseFrom: (workspaceId: string, id: string | null): Statement => ({
    name: 'teams-to-choose-from',
    text: `select id, name from team where workspace_id = $1 and id = $2
            union
           (select id, name from team where workspace_id = $1 order by name collate "C", id limit 1)`,
    values: [workspaceId, id],
  }),

  /** Agents of several teams, at most 1,000 of each, in the order of each team's rotation. */
  agentsOfTeams: (workspaceId: string, teamIds: readonly string[]): Statement => ({
    name: 'agents-of-teams',
    text: `select m.team_id as "teamId", a.id, a.name, a.email, a.role
             from unnest($2::uuid[]) as wanted(team_id)
            cross join lateral (
                  select * from team_member
                   where workspace_id = $1 and team_id = wanted.team_id
                   order by position limit $3) m
             join agent a on a.workspace_id = m.workspace_id and a.id = m.agent_id
            order by m.position`,
    values: [workspaceId, unique(teamIds), mostPeople],
  }),

  /** Teams of several agents, at most 1,000 of each, by name. */
  teamsOfAgents: (workspaceId: string, agentIds: readonly string[]): Statement => ({
    name: 'teams-of-agents',
    text: `select wanted.agent_id as "agentId", t.id, t.name
             from unnest($2::uuid[]) as wanted(agent_id)
            cross join lateral (
                  select team.id, team.name
                    from team_member m
                    join team on team.workspace_id = m.workspace_id and team.id = m.team_id
                   where m.workspace_id = $1 and m.agent_id = wanted.agent_id
                   order by team.name, team.id limit $3) t
            order by t.name, t.id`,
    values: [workspaceId, unique(agentIds), mostPeople],
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

// An id may be asked for in both letter cases; its list must not come twice.
function unique(ids: readonly string[]): string[] {
  return [...new Set(ids.map((id) => id.toLowerCase()))];
}
