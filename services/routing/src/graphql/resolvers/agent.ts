import type { Agent as AgentRecord, Team } from '../../domain/people.ts';
import { seesPeople, type RoutingContext } from '../context.ts';

/** Type Agent. A connector gets null for every agent, as does anybody for an agent of another workspace. */
export const Agent = {
  async __resolveReference({ id }: { id: string }, context: RoutingContext): Promise<AgentRecord | null> {
    return seesPeople(context) ? context.loaders.agent.load(id) : null;
  },
  async teams({ id }: AgentRecord, _args: object, context: RoutingContext): Promise<Team[]> {
    return seesPeople(context) ? context.loaders.teamsOfAgent.load(id) : [];
  },
};
