import { EntitySchema } from 'typeorm';

/** Row of table `search_doc`; its tsvector is written and read by hand-written statements only. */
export interface SearchDocRow {
  workspaceId: string;
  ticketId: string;
  number: number;
  subject: string;
  body: string;
  status: string;
  priority: string;
  channel: string;
  assigneeId: string | null;
  teamId: string | null;
  tags: string[];
  language: string | null;
  config: string;
  version: number;
  /** Position of the event that told of this version in the ticket service's log. */
  pos: string;
  createdAt: Date;
  updatedAt: Date;
  tsv: string;
}

const key = { type: 'uuid', primary: true, primaryKeyConstraintName: 'search_doc_pk' } as const;

/** One row for each ticket, partitioned by hash of the workspace. */
export const searchDocSchema = new EntitySchema<SearchDocRow>({
  name: 'search_doc',
  columns: {
    workspaceId: { name: 'workspace_id', ...key },
    ticketId: { name: 'ticket_id', ...key },
    number: { type: 'int' },
    subject: { type: 'text' },
    body: { type: 'text' },
    status: { type: 'text' },
    priority: { type: 'text' },
    channel: { type: 'text' },
    assigneeId: { name: 'assignee_id', type: 'uuid', nullable: true },
    teamId: { name: 'team_id', type: 'uuid', nullable: true },
    tags: { type: 'text', array: true },
    language: { type: 'text', nullable: true },
    config: { type: 'text' },
    version: { type: 'int' },
    pos: { type: 'bigint', default: 0 },
    createdAt: { name: 'created_at', type: 'timestamptz', precision: 3 },
    updatedAt: { name: 'updated_at', type: 'timestamptz', precision: 3 },
    tsv: { type: 'tsvector', select: false },
  },
  // TypeORM knows neither descending columns nor gin; the migration makes these.
  indices: [
    { name: 'search_doc_tsv', columns: ['tsv'], synchronize: false },
    { name: 'search_doc_by_update', columns: ['workspaceId', 'updatedAt', 'ticketId'], synchronize: false },
    { name: 'search_doc_by_creation', columns: ['workspaceId', 'createdAt', 'ticketId'], synchronize: false },
    { name: 'search_doc_by_number', columns: ['workspaceId', 'number'] },
  ],
});
