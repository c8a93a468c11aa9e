import { EntitySchema } from 'typeorm';

/** A workspace as the ticket service knows it. */
export interface WorkspaceRow {
  workspaceId: string;
  name: string;
  timeZone: string;
  createdAt: Date;
}

export const workspaceSchema = new EntitySchema<WorkspaceRow>({
  name: 'workspace',
  tableName: 'workspace',
  columns: {
    workspaceId: {
      name: 'workspace_id',
      type: 'uuid',
      primary: true,
      primaryKeyConstraintName: 'workspace_pk',
    },
    name: { type: 'text' },
    timeZone: { name: 'time_zone', type: 'text' },
    createdAt: { name: 'created_at', type: 'timestamptz', precision: 3, default: () => 'now()' },
  },
});
