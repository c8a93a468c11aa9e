import { EntitySchema } from 'typeorm';

/** Row of table `search_message`. */
export interface SearchMessageRow {
  workspaceId: string;
  ticketId: string;
  messageId: string;
  sentAt: Date;
  text: string;
  /** Position of the event that put the message on this ticket in the ticket service's log. */
  pos: string;
}

const key = { type: 'uuid', primary: true, primaryKeyConstraintName: 'search_message_pk' } as const;

/** The newest messages of each ticket, from which its document's text is made. */
export const searchMessageSchema = new EntitySchema<SearchMessageRow>({
  name: 'search_message',
  columns: {
    workspaceId: { name: 'workspace_id', ...key },
    ticketId: { name: 'ticket_id', ...key },
    messageId: { name: 'message_id', ...key },
    sentAt: { name: 'sent_at', type: 'timestamptz', precision: 3 },
    text: { type: 'text' },
    pos: { type: 'bigint', default: 0 },
  },
  indices: [{ name: 'search_message_once', columns: ['workspaceId', 'messageId'], unique: true }],
});
