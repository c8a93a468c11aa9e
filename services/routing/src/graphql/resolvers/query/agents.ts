import type { Agent } from '../../../domain/people.ts';
import { listAgents } from '../../../use-cases/find-people.ts';
import { demandPeople, type RoutingContext } from '../../context.ts';

/** Query.agents: by name, or one team's in the order of its rotation; at most 1,000. FORBIDDEN to connectors. */
export async function agents(
  _parent: unknown,
  { teamId }: { teamId?: string | null },
  context: RoutingContext,
): Promise<Agent[]> {
  demandPeople(context);
  return teamId == null
    ? listAgents(context.pool, context.viewer.workspaceId)
    : context.loaders.agentsOfTeam.load(teamId);
}
