import { byId, listsById, pagesById, type PageKey } from '@smart-tickets/kit/loaders';
import type DataLoader from 'dataloader';
import type pg from 'pg';
import type { CustomFieldDefinition, CustomFieldOwner } from '../domain/custom-field.ts';
import type { Customer, KnownIdentity } from '../domain/customer.ts';
import type { TicketViewer } from '../domain/presence.ts';
import type { Ticket } from '../domain/ticket.ts';
import type { TicketLink } from '../domain/links.ts';
import type { TimelineEntry } from '../domain/timeline.ts';
import type { Webhook, WebhookDelivery } from '../domain/webhook.ts';
import { readTicketsOfCustomers, type CustomerTicketsPage } from '../persistence/customer-tickets.ts';
import {
  readBriefEntries,
  readCustomers,
  readEntries,
  readIdentities,
  readTickets,
} from '../persistence/ticket-queries.ts';
import { readViewers } from '../persistence/viewers.ts';
import { readLinks } from '../persistence/link-queries.ts';
import { readTimelines, type TimelinePage, type TimelineWindow } from '../persistence/timeline-queries.ts';
import {
  readWebhookDeliveries,
  readWebhooksById,
  type WebhookDeliveriesPage,
} from '../persistence/webhook-queries.ts';
import { definitionsLoader } from './field-loader.ts';

/** Per-request loaders: whatever a page asks for by id is one statement. Unknown ids give null. */
export interface Loaders {
  readonly ticket: DataLoader<string, Ticket | null>;
  readonly entry: DataLoader<string, TimelineEntry | null>;
  /** The same, messages without HTML, attachments and call. */
  readonly briefEntry: DataLoader<string, TimelineEntry | null>;
  readonly customer: DataLoader<string, Customer | null>;
  readonly identities: DataLoader<string, KnownIdentity[]>;
  readonly links: DataLoader<string, TicketLink[]>;
  /** One page, or none for an unknown ticket. */
  readonly timeline: DataLoader<PageKey<TimelineWindow>, TimelinePage[], string>;
  readonly ticketsOfCustomer: DataLoader<PageKey<CustomerTicketsPage>, Ticket[], string>;
  readonly viewers: DataLoader<string, TicketViewer[]>;
  readonly definitions: DataLoader<CustomFieldOwner, CustomFieldDefinition[]>;
  readonly webhook: DataLoader<string, Webhook | null>;
  readonly webhookDeliveries: DataLoader<PageKey<WebhookDeliveriesPage>, WebhookDelivery[], string>;
}

/** Forgets what was loaded: a subscription lives long, and each of its events shows the state of its own time. */
export function forgetLoaded(loaders: Loaders): void {
  for (const loader of Object.values(loaders) as { clearAll(): unknown }[]) loader.clearAll();
}

/** Loaders for one request of one workspace. */
export function createLoaders(pool: pg.Pool, workspaceId: string): Loaders {
  return {
    ticket: byId((ids) => readTickets(pool, workspaceId, ids)),
    entry: byId((ids) => readEntries(pool, workspaceId, ids)),
    briefEntry: byId((ids) => readBriefEntries(pool, workspaceId, ids)),
    customer: byId((ids) => readCustomers(pool, workspaceId, ids)),
    viewers: listsById(
      (ids) => readViewers(pool, workspaceId, ids),
      ({ ticketId }) => ticketId,
    ),
    definitions: definitionsLoader(pool, workspaceId),
    webhook: byId((ids) => readWebhooksById(pool, workspaceId, ids)),
    webhookDeliveries: pagesById(
      (ids, page) => readWebhookDeliveries(pool, workspaceId, ids, page),
      ({ webhookId }) => webhookId,
    ),
    identities: listsById(
      (ids) => readIdentities(pool, workspaceId, ids),
      ({ customerId }) => customerId,
    ),
    links: listsById(
      (ids) => readLinks(pool, workspaceId, ids),
      ({ ticketId }) => ticketId,
    ),
    timeline: pagesById(
      (ids, window) => readTimelines(pool, workspaceId, ids, window),
      ({ ticketId }) => ticketId,
    ),
    ticketsOfCustomer: pagesById(
      (ids, page) => readTicketsOfCustomers(pool, workspaceId, ids, page),
      ({ customerId }) => customerId ?? '',
    ),
  };
}
