import type { Team } from '../../../domain/people.ts';
import { listTeams } from '../../../use-cases/find-people.ts';
import { demandPeople, type RoutingContext } from '../../context.ts';

/** Query.teams: by name, at most 1,000. FORBIDDEN to connectors. */
export async function teams(_parent: unknown, _args: object, context: RoutingContext): Promise<Team[]> {
  demandPeople(context);
  return listTeams(context.pool, context.viewer.workspaceId);
}
