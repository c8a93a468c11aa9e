import { isId } from '@smart-tickets/kit/ids';
import DataLoader from 'dataloader';
import type pg from 'pg';
import type { Agent, AssignmentDecision, Team } from '../domain/people.ts';
import { findDecisions } from '../use-cases/find-decisions.ts';
import { findAgents, findAgentsOfTeams, findTeams, findTeamsOfAgents } from '../use-cases/find-people.ts';

/** Decisions of one ticket: how many of the newest. */
export interface DecisionsKey {
  readonly ticketId: string;
  readonly first: number;
}

/** Loaders of one request, each one statement for all that a level of the answer asks for. */
export interface Loaders {
  readonly agent: DataLoader<string, Agent | null>;
  readonly team: DataLoader<string, Team | null>;
  readonly agentsOfTeam: DataLoader<string, Agent[]>;
  readonly teamsOfAgent: DataLoader<string, Team[]>;
  readonly decisions: DataLoader<DecisionsKey, AssignmentDecision[], string>;
}

const options = { maxBatchSize: 500 } as const;

/** Loaders for one request within one workspace. Anything that cannot be an id is simply not found. */
export function createLoaders(pool: pg.Pool, workspaceId: string): Loaders {
  return {
    agent: new DataLoader(async (ids) => {
      const found = await findAgents(pool, workspaceId, ids.filter(isId));
      return one(ids, found);
    }, options),
    team: new DataLoader(async (ids) => {
      const found = await findTeams(pool, workspaceId, ids.filter(isId));
      return one(ids, found);
    }, options),
    agentsOfTeam: new DataLoader(async (teamIds) => {
      const found = await findAgentsOfTeams(pool, workspaceId, teamIds.filter(isId));
      return many(teamIds, found, ({ teamId }) => teamId);
    }, options),
    teamsOfAgent: new DataLoader(async (agentIds) => {
      const found = await findTeamsOfAgents(pool, workspaceId, agentIds.filter(isId));
      return many(agentIds, found, ({ agentId }) => agentId);
    }, options),
    decisions: new DataLoader<DecisionsKey, AssignmentDecision[], string>(
      async (keys) => {
        const ids = [...new Set(keys.map(({ ticketId }) => ticketId.toLowerCase()))].filter(isId);
        const most = Math.max(...keys.map(({ first }) => first));
        const found = await findDecisions(pool, workspaceId, ids, most);
        const lists = many(
          keys.map(({ ticketId }) => ticketId),
          found,
          ({ ticketId }) => ticketId,
        );
        return keys.map(({ first }, index) => lists[index]?.slice(0, first) ?? []);
      },
      { ...options, cacheKeyFn: ({ ticketId, first }) => `${first} ${ticketId}` },
    ),
  };
}

function one<T extends { id: string }>(ids: readonly string[], found: readonly T[]): (T | null)[] {
  const byId = new Map(found.map((item) => [item.id, item]));
  return ids.map((id) => byId.get(id.toLowerCase()) ?? null);
}

function many<T>(ids: readonly string[], found: readonly T[], keyOf: (item: T) => string): T[][] {
  const byKey = Map.groupBy(found, keyOf);
  return ids.map((id) => byKey.get(id.toLowerCase()) ?? []);
}
