import { appendEvents } from '@smart-tickets/kit/outbox';
import { claim, type Delivery } from '../domain/delivery.ts';
import { DeliveryStore } from '../persistence/delivery-store.ts';
import { failureEvents } from './delivery-events.ts';
import type { Connector, Deps } from './deps.ts';
import { inTransaction } from './erase-events.ts';

/** Most of a claim's contents, in bytes of JSON; one answer is given however large it is. */
const mostBytes = 16 * 1024 * 1024;

/**
 * Takes up to `max` answers of the connector's channel that are due, the longest due first, and none that comes after one
 * still to be sent of the same ticket. Each is given to one claimer only, and to nobody else for `leaseSeconds`; fewer are
 * taken where they are large. None for a token that no longer counts.
 */
export async function claimDeliveries(
  deps: Deps,
  connector: Connector,
  { max, leaseSeconds }: { readonly max: number; readonly leaseSeconds: number },
): Promise<Delivery[]> {
  const { workspaceId, channelId, generation, requestId } = connector;
  const now = deps.now();
  const nowIso = now.toISOString();
  const leasedUntil = new Date(now.getTime() + leaseSeconds * 1_000).toISOString();
  const claimed = await inTransaction(deps, workspaceId, async (tx) => {
    const store = new DeliveryStore(tx);
    const taken: Delivery[] = [];
    let bytes = 0;
    for (const delivery of await store.lockClaimable(channelId, generation, nowIso, max)) {
      bytes += delivery.sizeBytes;
      if (taken.length > 0 && bytes > mostBytes) break;
      if (delivery.follows !== null && delivery.attempts === 0) {
        const { id: messageId, ticketId, follows } = delivery;
        deps.log.error(
          { workspaceId, ticketId, messageId, follows },
          'an answer goes out without the one before it',
        );
      }
      const change = claim(delivery, leasedUntil, now.getTime());
      taken.push({ ...delivery, ...change.state });
      appendEvents(tx, failureEvents(deps, delivery, change, { requestId, eventId: null, depth: 0 }));
    }
    store.save(taken, nowIso);
    return taken;
  });
  const given = claimed.filter(({ status }) => status === 'CLAIMED');
  if (claimed.length > 0) deps.deliveriesChanged(workspaceId, channelId);
  if (given.length < claimed.length) deps.eventsWritten();
  return given;
}
