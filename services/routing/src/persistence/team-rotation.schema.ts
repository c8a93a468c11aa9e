import { EntitySchema } from 'typeorm';

/** Row of table `team_rotation`. */
export interface TeamRotationRow {
  workspaceId: string;
  teamId: string;
  lastPosition: number;
}

/** Whose turn it was last in a team. The row is also the lock that makes concurrent decisions take turns. */
export const teamRotationSchema = new EntitySchema<TeamRotationRow>({
  name: 'team_rotation',
  columns: {
    workspaceId: {
      name: 'workspace_id',
      type: 'uuid',
      primary: true,
      primaryKeyConstraintName: 'team_rotation_pk',
    },
    teamId: { name: 'team_id', type: 'uuid', primary: true, primaryKeyConstraintName: 'team_rotation_pk' },
    lastPosition: { name: 'last_position', type: 'int' },
  },
  foreignKeys: [
    {
      name: 'team_rotation_team_fk',
      target: 'team',
      columnNames: ['workspaceId', 'teamId'],
      referencedColumnNames: ['workspaceId', 'id'],
      onDelete: 'CASCADE',
    },
  ],
});
