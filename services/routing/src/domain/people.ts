/** What an agent may do; VIEWER only looks and is never given a ticket. */
export const agentRoles = ['ADMIN', 'AGENT', 'VIEWER'] as const;
export type AgentRole = (typeof agentRoles)[number];

/** A person who works with tickets. */
export interface Agent {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly role: AgentRole;
}

/** A group of agents that tickets are given to. */
export interface Team {
  readonly id: string;
  readonly name: string;
}

/** An agent's place in a team; tickets go round in the order of `position`, which is unique within the team. */
export interface Member {
  readonly agentId: string;
  readonly name: string;
  readonly role: AgentRole;
  readonly position: number;
}

/** Why a ticket went where it went. `decidedAt` is an ISO 8601 instant in UTC; `reason` is a sentence for people. */
export interface AssignmentDecision {
  readonly id: string;
  readonly ticketId: string;
  readonly decidedAt: string;
  readonly teamId: string | null;
  readonly agentId: string | null;
  readonly reason: string;
}
