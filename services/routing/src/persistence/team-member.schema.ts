import { EntitySchema } from 'typeorm';

/** Row of table `team_member`. */
export interface TeamMemberRow {
  workspaceId: string;
  teamId: string;
  agentId: string;
  position: number;
}

/** Who is in which team, at which place of its rotation. */
export const teamMemberSchema = new EntitySchema<TeamMemberRow>({
  name: 'team_member',
  columns: {
    workspaceId: {
      name: 'workspace_id',
      type: 'uuid',
      primary: true,
      primaryKeyConstraintName: 'team_member_pk',
    },
    teamId: { name: 'team_id', type: 'uuid', primary: true, primaryKeyConstraintName: 'team_member_pk' },
    agentId: { name: 'agent_id', type: 'uuid', primary: true, primaryKeyConstraintName: 'team_member_pk' },
    position: { type: 'int' },
  },
  uniques: [{ name: 'team_member_position_key', columns: ['workspaceId', 'teamId', 'position'] }],
  indices: [{ name: 'team_member_by_agent', columns: ['workspaceId', 'agentId'] }],
  foreignKeys: [
    {
      name: 'team_member_team_fk',
      target: 'team',
      columnNames: ['workspaceId', 'teamId'],
      referencedColumnNames: ['workspaceId', 'id'],
      onDelete: 'CASCADE',
    },
    {
      name: 'team_member_agent_fk',
      target: 'agent',
      columnNames: ['workspaceId', 'agentId'],
      referencedColumnNames: ['workspaceId', 'id'],
      onDelete: 'CASCADE',
    },
  ],
});
