import type { Tx } from '@smart-tickets/kit/postgres';

/** Remembers that what the log tells of tickets and messages up to this position is erased. */
export function markErased(tx: Tx, ids: readonly string[], pos: number): void {
  tx.send({
    name: 'erased-mark',
    text: `insert into erased_source as e (workspace_id, id, pos) select $1, id, $3 from unnest($2::uuid[]) as id
           on conflict (workspace_id, id) do update set pos = greatest(e.pos, excluded.pos)`,
    values: [tx.workspaceId, ids, pos],
  });
}

/** Those of these tickets and messages of which what the event at this position tells was erased since. */
export async function readErased(tx: Tx, ids: readonly string[], pos: number): Promise<Set<string>> {
  const { rows } = await tx.query<{ id: string }>({
    name: 'erased-read',
    text: 'select id from erased_source where workspace_id = $1 and id = any($2) and pos >= $3',
    values: [tx.workspaceId, ids, pos],
  });
  return new Set(rows.map(({ id }) => id));
}

/** The tickets on which the index has these messages, which may be others than the ticket service has them on. */
export async function ticketsOf(tx: Tx, messageIds: readonly string[]): Promise<string[]> {
  const { rows } = await tx.query<{ ticketId: string }>({
    name: 'erase-tickets-of',
    text: `select distinct ticket_id as "ticketId" from search_message
            where workspace_id = $1 and message_id = any($2)`,
    values: [tx.workspaceId, messageIds],
  });
  return rows.map(({ ticketId }) => ticketId);
}

/**
 * Erases messages wherever they are, and all that tickets have from events up to this position; gives back how many.
 * The documents still hold their texts.
 */
export async function eraseMessages(
  tx: Tx,
  ticketIds: readonly string[],
  messageIds: readonly string[],
  pos: number,
): Promise<number> {
  // A message that moved after the erasure has a later position, but the text from before: it is named.
  const named = tx.query({
    name: 'erase-messages',
    text: 'delete from search_message where workspace_id = $1 and message_id = any($2)',
    values: [tx.workspaceId, messageIds],
  });
  const others = tx.query({
    name: 'erase-messages-of-tickets',
    text: 'delete from search_message where workspace_id = $1 and ticket_id = any($2) and pos <= $3',
    values: [tx.workspaceId, ticketIds, pos],
  });
  const gone = await Promise.all([named, others]);
  return gone.reduce((sum, { rowCount }) => sum + (rowCount ?? 0), 0);
}

/**
 * Erases the subjects that tickets' documents have from events up to this position; gives back how many documents there
 * are. What the documents are found by is to be written anew.
 */
export async function eraseSubjects(
  tx: Tx,
  ticketIds: readonly string[],
  subject: string,
  pos: number,
): Promise<number> {
  const { rowCount } = await tx.query({
    name: 'erase-subjects',
    text: `update search_doc set subject = case when pos <= $4 then $3 else subject end
            where workspace_id = $1 and ticket_id = any($2)`,
    values: [tx.workspaceId, ticketIds, subject, pos],
  });
  return rowCount ?? 0;
}
