import { EntitySchema } from 'typeorm';

/** The ticket table for TypeORM's migrations and settings paths; the hot paths read it by hand-written SQL. */
export interface TicketRow {
  workspaceId: string;
  id: string;
  number: number;
  subject: string;
  status: string;
  priority: string;
  channel: string;
  channelId: string | null;
  customerId: string | null;
  assigneeId: string | null;
  teamId: string | null;
  tags: string[];
  language: string | null;
  awaitingReplySince: Date | null;
  createdAt: Date;
  updatedAt: Date;
  firstRepliedAt: Date | null;
  heardSubject: string | null;
  resolvedAt: Date | null;
  version: number;
  messageCount: number;
  entryCount: number;
  lastMessageId: string | null;
  fields: Record<string, unknown>;
  snoozedUntil: Date | null;
  rating: object | null;
  mergedInto: string | null;
  heirId: string | null;
  statusBeforeMerge: string | null;
  awaitingBeforeMerge: Date | null;
  snoozedBeforeMerge: Date | null;
}

const instant = { type: 'timestamptz', precision: 3 } as const;

export const ticketSchema = new EntitySchema<TicketRow>({
  name: 'ticket',
  tableName: 'ticket',
  columns: {
    workspaceId: { name: 'workspace_id', type: 'uuid', primary: true, primaryKeyConstraintName: 'ticket_pk' },
    id: { type: 'uuid', primary: true, primaryKeyConstraintName: 'ticket_pk' },
    number: { type: 'integer' },
    subject: { type: 'text' },
    status: { type: 'text' },
    priority: { type: 'text' },
    channel: { type: 'text' },
    channelId: { name: 'channel_id', type: 'uuid', nullable: true },
    customerId: { name: 'customer_id', type: 'uuid', nullable: true },
    assigneeId: { name: 'assignee_id', type: 'uuid', nullable: true },
    teamId: { name: 'team_id', type: 'uuid', nullable: true },
    tags: { type: 'text', array: true },
    language: { type: 'text', nullable: true },
    awaitingReplySince: { name: 'awaiting_reply_since', ...instant, nullable: true },
    createdAt: { name: 'created_at', ...instant },
    updatedAt: { name: 'updated_at', ...instant },
    firstRepliedAt: { name: 'first_replied_at', ...instant, nullable: true },
    heardSubject: { name: 'heard_subject', type: 'text', nullable: true },
    resolvedAt: { name: 'resolved_at', ...instant, nullable: true },
    version: { type: 'integer' },
    messageCount: { name: 'message_count', type: 'integer' },
    entryCount: { name: 'entry_count', type: 'integer' },
    lastMessageId: { name: 'last_message_id', type: 'uuid', nullable: true },
    fields: { type: 'jsonb' },
    snoozedUntil: { name: 'snoozed_until', ...instant, nullable: true },
    rating: { type: 'jsonb', nullable: true },
    mergedInto: { name: 'merged_into', type: 'uuid', nullable: true },
    heirId: { name: 'heir_id', type: 'uuid', nullable: true },
    statusBeforeMerge: { name: 'status_before_merge', type: 'text', nullable: true },
    awaitingBeforeMerge: { name: 'awaiting_before_merge', ...instant, nullable: true },
    snoozedBeforeMerge: { name: 'snoozed_before_merge', ...instant, nullable: true },
  },
});
