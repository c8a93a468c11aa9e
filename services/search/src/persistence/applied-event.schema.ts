import { EntitySchema } from 'typeorm';

/** Row of table `applied_event`. */
export interface AppliedEventRow {
  workspaceId: string;
  pos: string;
  at: Date;
}

/** Row of table `applied_low_water`. */
export interface AppliedLowWaterRow {
  workspaceId: string;
  pos: string;
}

/** Positions of the ticket service's event log that were taken in, above the low water. */
export const appliedEventSchema = new EntitySchema<AppliedEventRow>({
  name: 'applied_event',
  columns: {
    workspaceId: {
      name: 'workspace_id',
      type: 'uuid',
      primary: true,
      primaryKeyConstraintName: 'applied_event_pk',
    },
    pos: { type: 'bigint', primary: true, primaryKeyConstraintName: 'applied_event_pk' },
    at: { type: 'timestamptz', precision: 3, default: () => 'now()' },
  },
});

/** The position of each workspace up to which all were taken in, or are so old that nobody waits for them. */
export const appliedLowWaterSchema = new EntitySchema<AppliedLowWaterRow>({
  name: 'applied_low_water',
  columns: {
    workspaceId: {
      name: 'workspace_id',
      type: 'uuid',
      primary: true,
      primaryKeyConstraintName: 'applied_low_water_pk',
    },
    pos: { type: 'bigint' },
  },
});
