import { DateTime } from '@smart-tickets/kit/scalars';
import { Agent } from './resolvers/agent.ts';
import { AssignmentDecision } from './resolvers/assignment-decision.ts';
import { changePassword } from './resolvers/mutation/change-password.ts';
import { setPassword } from './resolvers/mutation/set-password.ts';
import { agent } from './resolvers/query/agent.ts';
import { agents } from './resolvers/query/agents.ts';
import { me } from './resolvers/query/me.ts';
import { team } from './resolvers/query/team.ts';
import { teams } from './resolvers/query/teams.ts';
import { Team } from './resolvers/team.ts';
import { Ticket } from './resolvers/ticket.ts';

/** The subgraph's SDL file. */
export const sdlFile = new URL('./routing.graphql', import.meta.url);

/** Resolvers of every type that needs one. */
export const resolvers = {
  DateTime,
  Query: { me, agent, agents, team, teams },
  Mutation: { changePassword, setPassword },
  Agent,
  Team,
  Ticket,
  AssignmentDecision,
};
