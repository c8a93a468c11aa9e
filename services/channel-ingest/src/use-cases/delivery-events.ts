import type { Cause } from '@smart-tickets/contracts';
import type { Delivery, DeliveryChange } from '../domain/delivery.ts';
import type { Deps } from './deps.ts';

/** The event of an answer that did not reach somebody for good; none where the change is not of that kind. */
export function failureEvents(
  deps: Deps,
  { id, ticketId }: Pick<Delivery, 'id' | 'ticketId'>,
  { failed }: DeliveryChange,
  cause: Cause,
) {
  if (failed === null) return [];
  const payload = { messageId: id, ticketId, ...failed, at: deps.now().toISOString() };
  return [{ id: deps.newId(), topic: 'delivery.failed' as const, payload, cause }];
}
