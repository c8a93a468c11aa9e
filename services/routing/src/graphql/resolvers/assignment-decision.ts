import type { Agent, AssignmentDecision as Decision, Team } from '../../domain/people.ts';
import type { RoutingContext } from '../context.ts';

/** Type AssignmentDecision: agent and team as they are today; null when they have gone. */
export const AssignmentDecision = {
  at: ({ decidedAt }: Decision): string => decidedAt,
  async agent({ agentId }: Decision, _args: object, context: RoutingContext): Promise<Agent | null> {
    return agentId === null ? null : context.loaders.agent.load(agentId);
  },
  async team({ teamId }: Decision, _args: object, context: RoutingContext): Promise<Team | null> {
    return teamId === null ? null : context.loaders.team.load(teamId);
  },
};
