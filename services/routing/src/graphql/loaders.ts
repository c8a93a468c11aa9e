import { byId, listsById, pagesById, type PageKey } from '@smart-tickets/kit/loaders';
import type DataLoader from 'dataloader';
import type pg from 'pg';
import type { Agent, AssignmentDecision, Team } from '../domain/people.ts';
import { findDecisions } from '../use-cases/find-decisions.ts';
import { findAgents, findAgentsOfTeams, findTeams, findTeamsOfAgents } from '../use-cases/find-people.ts';

/** Loaders of one request, each one statement for all that a level of the answer asks for. */
export interface Loaders {
  readonly agent: DataLoader<string, Agent | null>;
  readonly team: DataLoader<string, Team | null>;
  readonly agentsOfTeam: DataLoader<string, Agent[]>;
  readonly teamsOfAgent: DataLoader<string, Team[]>;
  readonly decisions: DataLoader<PageKey<{ first: number }>, AssignmentDecision[], string>;
}

/** Loaders for one request within one workspace. Anything that cannot be an id is simply not found. */
export function createLoaders(pool: pg.Pool, workspaceId: string): Loaders {
  return {
    agent: byId((ids) => findAgents(pool, workspaceId, ids)),
    team: byId((ids) => findTeams(pool, workspaceId, ids)),
    agentsOfTeam: listsById(
      (ids) => findAgentsOfTeams(pool, workspaceId, ids),
      ({ teamId }) => teamId,
    ),
    teamsOfAgent: listsById(
      (ids) => findTeamsOfAgents(pool, workspaceId, ids),
      ({ agentId }) => agentId,
    ),
    decisions: pagesById(
      (ids, { first }) => findDecisions(pool, workspaceId, ids, first),
      ({ ticketId }) => ticketId,
    ),
  };
}
