import type { Agent } from '../../../domain/people.ts';
import { seesPeople, type RoutingContext } from '../../context.ts';

/** Query.me: the agent who asks; null for a connector and for whoever is no agent of this workspace. */
export async function me(_parent: unknown, _args: object, context: RoutingContext): Promise<Agent | null> {
  return seesPeople(context) ? context.loaders.agent.load(context.viewer.subject) : null;
}
