import type { Team } from '../../../domain/people.ts';
import { demandPeople, type RoutingContext } from '../../context.ts';

/** Query.team: null for a team of another workspace as for one that does not exist. FORBIDDEN to connectors. */
export async function team(
  _parent: unknown,
  { id }: { id: string },
  context: RoutingContext,
): Promise<Team | null> {
  demandPeople(context);
  return context.loaders.team.load(id);
}
