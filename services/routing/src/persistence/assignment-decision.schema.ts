import { EntitySchema } from 'typeorm';

/** Row of table `assignment_decision`. */
export interface AssignmentDecisionRow {
  workspaceId: string;
  id: string;
  ticketId: string;
  decidedAt: Date;
  teamId: string | null;
  agentId: string | null;
  reason: string;
}

/**
 * Every decision with its reason, kept for good. No foreign keys: a decision stays readable when a team or agent has
 * gone, and tickets live in another database.
 */
export const assignmentDecisionSchema = new EntitySchema<AssignmentDecisionRow>({
  name: 'assignment_decision',
  columns: {
    workspaceId: {
      name: 'workspace_id',
      type: 'uuid',
      primary: true,
      primaryKeyConstraintName: 'assignment_decision_pk',
    },
    id: { type: 'uuid', primary: true, primaryKeyConstraintName: 'assignment_decision_pk' },
    ticketId: { name: 'ticket_id', type: 'uuid' },
    decidedAt: { name: 'decided_at', type: 'timestamptz', precision: 3 },
    teamId: { name: 'team_id', type: 'uuid', nullable: true },
    agentId: { name: 'agent_id', type: 'uuid', nullable: true },
    reason: { type: 'text' },
  },
  indices: [
    { name: 'assignment_decision_of_ticket', columns: ['workspaceId', 'ticketId', 'decidedAt', 'id'] },
  ],
});
