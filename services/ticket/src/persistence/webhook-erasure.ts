import type { Tx } from '@smart-tickets/kit/postgres';
import { erasedText } from '../domain/erasure.ts';
import { anonymousMessagePayload, anonymousPayload, impersonalKeys } from './erasure-sql.ts';

// What receivers answered may repeat what they were told.
const silentAttempts = `
  (select coalesce(jsonb_agg(
            case when a.attempt ->> 'detail' is null then a.attempt else a.attempt || '{"detail": "${erasedText}"}' end
            order by a.nth), '[]')
     from jsonb_array_elements(attempts) with ordinality as a(attempt, nth))`;

/**
 * Erases from what is kept for webhooks what the events of tickets tell of customers: as in the event log, all of their own
 * tickets, of others what the customers said and did, and these messages. Call it after the log's events are erased. What is being sent at
 * this moment goes out.
 */
export function eraseWebhookDeliveries(
  tx: Tx,
  ticketIds: readonly string[],
  guestTicketIds: readonly string[],
  customerIds: readonly string[],
  messageIds: readonly string[],
): void {
  // A feed that has read the log before the erasure ends first, so that its deliveries are met; one that waits reads
  // what is left.
  tx.send({
    name: 'erase-webhooks-lock',
    text: 'select from webhook where workspace_id = $1 order by id for key share',
    values: [tx.workspaceId],
  });
  tx.send({
    name: 'erase-webhook-deliveries',
    text: `update webhook_delivery
              set data = (${anonymousPayload('data', '$3')}) - 'before', attempts = ${silentAttempts}
            where workspace_id = $1 and ticket_id = any($2::uuid[])`,
    values: [tx.workspaceId, ticketIds, impersonalKeys],
  });
  tx.send({
    name: 'erase-guest-webhook-deliveries',
    text: `update webhook_delivery
              set data = ${anonymousMessagePayload('data')}, attempts = ${silentAttempts}
            where workspace_id = $1 and ticket_id = any($2::uuid[])
                  and (data #>> '{actor,id}' = any($3::text[]) or data #>> '{entry,author,id}' = any($3::text[])
                       or data #>> '{entry,id}' = any($4::text[]))`,
    values: [tx.workspaceId, guestTicketIds, customerIds, messageIds],
  });
}
