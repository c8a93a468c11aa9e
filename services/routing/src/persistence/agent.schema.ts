import { EntitySchema } from 'typeorm';
import { agentRoles, type AgentRole } from '../domain/people.ts';

/** Row of table `agent`. */
export interface AgentRow {
  workspaceId: string;
  id: string;
  name: string;
  email: string;
  role: AgentRole;
}

/** Agents of a workspace. */
export const agentSchema = new EntitySchema<AgentRow>({
  name: 'agent',
  columns: {
    workspaceId: { name: 'workspace_id', type: 'uuid', primary: true, primaryKeyConstraintName: 'agent_pk' },
    id: { type: 'uuid', primary: true, primaryKeyConstraintName: 'agent_pk' },
    name: { type: 'text' },
    email: { type: 'text' },
    role: { type: 'text' },
  },
  checks: [
    {
      name: 'agent_role_check',
      expression: `role in (${agentRoles.map((role) => `'${role}'`).join(', ')})`,
    },
  ],
});
