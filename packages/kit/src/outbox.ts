import type { OutboxEvent } from '@smart-tickets/contracts';
import type { Statement, Tx } from './postgres.ts';

/**
 * Writes events in the transaction that makes the change. Call it after the changed row is locked or written: then
 * the outbox ids of one ticket's events are in the order of their commits.
 */
export function appendEvents(tx: Tx, events: readonly OutboxEvent[]): void {
  if (events.length > 0) tx.send(insertEvents(tx.workspaceId, events));
}

function insertEvents(workspaceId: string, events: readonly OutboxEvent[]): Statement {
  return {
    name: 'outbox-insert',
    text: `insert into outbox (workspace_id, event_id, topic, payload, cause)
           select $1, e.event_id, e.topic, e.payload, e.cause
             from jsonb_to_recordset($2::jsonb) as e(event_id uuid, topic text, payload jsonb, cause jsonb)`,
    values: [
      workspaceId,
      JSON.stringify(
        events.map((event) => ({
          event_id: event.id,
          topic: event.topic,
          payload: event.payload,
          cause: event.cause,
        })),
      ),
    ],
  };
}

/**
 * Marks an event as consumed in the transaction of its effect; false when it was before. The row stays locked until
 * the end of the transaction, so of two deliveries at the same time the second waits and then sees the first.
 */
export async function markConsumed(tx: Tx, consumer: string, eventId: string): Promise<boolean> {
  const marked = await tx.query({
    name: 'inbox-mark',
    text: `insert into inbox (workspace_id, consumer, event_id) values ($1, $2, $3) on conflict do nothing`,
    values: [tx.workspaceId, consumer, eventId],
  });
  return marked.rowCount === 1;
}
