import { EntitySchema } from 'typeorm';

/** A workspace as the ticket service knows it. */
export interface WorkspaceRow {
  workspaceId: string;
  name: string;
  timeZone: string;
  closeResolvedAfterDays: number;
  retentionDays: number;
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
    closeResolvedAfterDays: { name: 'close_resolved_after_days', type: 'integer', default: 4 },
    retentionDays: { name: 'retention_days', type: 'integer', default: 7 },
    createdAt: { name: 'created_at', type: 'timestamptz', precision: 3, default: () => 'now()' },
  },
});
