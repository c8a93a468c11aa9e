import type { Agent, Team as TeamRecord } from '../../domain/people.ts';
import { seesPeople, type RoutingContext } from '../context.ts';

/** Type Team. A connector gets null for every team, as does anybody for a team of another workspace. */
export const Team = {
  async __resolveReference({ id }: { id: string }, context: RoutingContext): Promise<TeamRecord | null> {
    return seesPeople(context) ? context.loaders.team.load(id) : null;
  },
  async agents({ id }: TeamRecord, _args: object, context: RoutingContext): Promise<Agent[]> {
    return seesPeople(context) ? context.loaders.agentsOfTeam.load(id) : [];
  },
  async viewerIsMember({ id }: TeamRecord, _args: object, context: RoutingContext): Promise<boolean> {
    if (!seesPeople(context)) return false;
    const teams = await context.loaders.teamsOfAgent.load(context.viewer.subject);
    return teams.some((team) => team.id === id);
  },
  strategy: (): 'ROUND_ROBIN' => 'ROUND_ROBIN',
};
