import type { FeedEvent } from '@smart-tickets/kit/event-feed';
import type { Logger } from '@smart-tickets/kit/logger';
import { inWorkspace } from '@smart-tickets/kit/postgres';
import { ok } from '@smart-tickets/kit/result';
import type { TicketEvent } from '@smart-tickets/contracts';
import { maxPendingDeliveries } from '../domain/webhook.ts';
import { WebhookFeedStore, type FedWebhook, type NewDelivery } from '../persistence/webhook-feed-store.ts';
import { WebhookStore } from '../persistence/webhook-store.ts';
import type { Deps } from './deps.ts';
import { ticketEventOf } from './ticket-event-of.ts';
import { webhookData } from './webhook-payload.ts';

const pageSize = 100;

/**
 * Carries the next events of a workspace's log over to its webhooks: deliveries and how far each webhook has been told
 * are one transaction, so an event becomes one delivery whatever breaks off, and however many do this at once. A webhook
 * for which too much waits is switched off, so that what waits fails.
 */
export async function feedWebhooks(
  deps: Deps,
  log: Logger,
  workspaceId: string,
  maxPending = maxPendingDeliveries,
): Promise<void> {
  await inWorkspace<null, never>(deps.pool, workspaceId, async (tx) => {
    const feed = new WebhookFeedStore(tx);
    const webhooks = await feed.lockEnabled();
    if (webhooks.length === 0) return ok(null);
    const from = Math.min(...webhooks.map(({ reached }) => reached));
    // The head first: what is behind it and not on the page after it is gone for good.
    const [head, page] = await Promise.all([feed.head(), feed.page(from, pageSize)]);
    const first = page[0]?.pos ?? head + 1;
    if (first > from + 1) {
      log.warn(
        { workspaceId, from: from + 1, to: first - 1 },
        'events were trimmed before webhooks were told them',
      );
    }
    const nowIso = deps.now().toISOString();
    const deliveries = page.flatMap((event) => deliveryOf(event, webhooks, log, workspaceId));
    feed.add(deliveries, nowIso);
    const ids = webhooks.map(({ id }) => id);
    const reached = page.at(-1)?.pos ?? head;
    feed.advance(ids, reached);
    // Counting many takes a while: once for each hundredth of them is often enough.
    const step = Math.max(1, Math.floor(maxPending / 100));
    const isCounted = Math.floor(from / step) < Math.floor(reached / step);
    for (const id of new Set(deliveries.flatMap(({ webhookIds }) => webhookIds))) {
      if (!isCounted || !(await feed.hasMoreThan(id, maxPending))) continue;
      new WebhookStore(tx).disable(id, `More than ${maxPending} deliveries waited for it.`);
      log.warn({ workspaceId, webhookId: id }, 'a webhook was switched off: too much waited for it');
    }
    return ok(null);
  });
}

function deliveryOf(
  event: FeedEvent,
  webhooks: readonly FedWebhook[],
  log: Logger,
  workspaceId: string,
): NewDelivery[] {
  const change = readable(event, log, workspaceId);
  if (change === null) return [];
  const { kind } = change;
  const webhookIds = webhooks
    .filter(({ reached, events }) => event.pos > reached && (events.length === 0 || events.includes(kind)))
    .map(({ id }) => id);
  if (webhookIds.length === 0) return [];
  const { pos, eventId, at } = event;
  return [{ id: eventId, pos, ticketId: change.ticket.id, kind, at, data: webhookData(change), webhookIds }];
}

/** What the event tells. One that cannot be read must not hold up what comes after it. */
function readable(event: FeedEvent, log: Logger, workspaceId: string): TicketEvent | null {
  try {
    return ticketEventOf(event);
  } catch (error) {
    log.error({ err: error, workspaceId, pos: event.pos }, 'an event cannot be told to webhooks');
    return null;
  }
}
