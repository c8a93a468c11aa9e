import type { Cause } from '@smart-tickets/contracts';
import { appendEvents } from '@smart-tickets/kit/outbox';
import type { Tx } from '@smart-tickets/kit/postgres';
import type { BouncedRecipient } from '../domain/bounced-recipient.ts';
import { applyBounce } from '../domain/delivery-bounce.ts';
import { DeliveryStore } from '../persistence/delivery-store.ts';
import { failureEvents } from './delivery-events.ts';
import type { Deps } from './deps.ts';

/** A delivery report of a mail server on one of our answers. */
export interface ReportedBounce {
  /** The answer's message. */
  readonly messageId: string;
  readonly recipients: readonly BouncedRecipient[];
  readonly cause: Cause;
}

/**
 * Notes a delivery report on the answer that it names, and tells the ticket service whom the answer did not reach. Gives the
 * answer's ticket, or null when there is no such answer here. A report that says nothing new changes nothing. Wake the
 * sequencer after the commit.
 */
export async function noteBounce(
  deps: Deps,
  tx: Tx,
  { messageId, recipients, cause }: ReportedBounce,
): Promise<{ readonly ticketId: string } | null> {
  const store = new DeliveryStore(tx);
  const delivery = await store.lock(messageId, null);
  if (delivery === null) return null;
  const now = deps.now();
  const change = delivery.erased ? null : applyBounce(delivery, recipients, now.getTime());
  if (change !== null) {
    store.save([{ ...delivery, ...change.state }], now.toISOString());
    appendEvents(tx, failureEvents(deps, delivery, change, cause));
  }
  return { ticketId: delivery.ticketId };
}
