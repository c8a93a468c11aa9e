import { EntitySchema } from 'typeorm';

/** Row of table `erased_source`. */
export interface ErasedSourceRow {
  workspaceId: string;
  id: string;
  pos: string;
}

/** Tickets and messages whose texts were erased, with the position of the ticket service's log up to which they were. */
export const erasedSourceSchema = new EntitySchema<ErasedSourceRow>({
  name: 'erased_source',
  columns: {
    workspaceId: {
      name: 'workspace_id',
      type: 'uuid',
      primary: true,
      primaryKeyConstraintName: 'erased_source_pk',
    },
    id: { type: 'uuid', primary: true, primaryKeyConstraintName: 'erased_source_pk' },
    pos: { type: 'bigint' },
  },
});
