import { EntitySchema } from 'typeorm';

/** Row of table `search_language`. */
export interface SearchLanguageRow {
  workspaceId: string;
  config: string;
  documents: number;
}

const constraint = 'search_language_pk';

/** Text search configurations of a workspace's documents, with a rough number of documents. */
export const searchLanguageSchema = new EntitySchema<SearchLanguageRow>({
  name: 'search_language',
  columns: {
    workspaceId: {
      name: 'workspace_id',
      type: 'uuid',
      primary: true,
      primaryKeyConstraintName: constraint,
    },
    config: { type: 'text', primary: true, primaryKeyConstraintName: constraint },
    documents: { type: 'int' },
  },
});
