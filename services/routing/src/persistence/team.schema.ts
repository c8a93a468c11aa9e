import { EntitySchema } from 'typeorm';

/** Row of table `team`. */
export interface TeamRow {
  workspaceId: string;
  id: string;
  name: string;
}

/** Teams of a workspace. */
export const teamSchema = new EntitySchema<TeamRow>({
  name: 'team',
  columns: {
    workspaceId: { name: 'workspace_id', type: 'uuid', primary: true, primaryKeyConstraintName: 'team_pk' },
    id: { type: 'uuid', primary: true, primaryKeyConstraintName: 'team_pk' },
    name: { type: 'text' },
  },
});
