import type { Agent } from '../../../domain/people.ts';
import { demandPeople, type RoutingContext } from '../../context.ts';

/** Query.agent: null for an agent of another workspace as for one that does not exist. FORBIDDEN to connectors. */
export async function agent(
  _parent: unknown,
  { id }: { id: string },
  context: RoutingContext,
): Promise<Agent | null> {
  demandPeople(context);
  return context.loaders.agent.load(id);
}
