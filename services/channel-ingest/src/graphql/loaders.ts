import { byId } from '@smart-tickets/kit/loaders';
import type DataLoader from 'dataloader';
import type pg from 'pg';
import type { Channel } from '../domain/channel.ts';
import type { HeardReport } from '../domain/connector.ts';
import type { Delivery, OutboundContent } from '../domain/delivery.ts';
import type { InboundMessage } from '../domain/inbound-message.ts';
import { readContents, readDeliveries } from '../persistence/delivery-queries.ts';
import { readReports } from '../persistence/connector-reports.ts';
import { readHealth, type ChannelHealth } from '../persistence/channel-health.ts';
import { readChannels, readInbound, readMailStarts } from '../persistence/inbound-queries.ts';
import { headersReadBytes } from '../use-cases/mail/raw-headers.ts';

/** Per-request loaders; unknown ids give null. */
export interface Loaders {
  readonly channel: DataLoader<string, Channel | null>;
  readonly inbound: DataLoader<string, InboundMessage | null>;
  /** The beginning of a mail; null for what is no mail. */
  readonly mailStart: DataLoader<string, { readonly id: string; readonly start: Buffer } | null>;
  readonly health: DataLoader<string, ChannelHealth | null>;
  /** The last word of a channel's connector; null when it has never reported. */
  readonly connector: DataLoader<string, (HeardReport & { readonly id: string }) | null>;
  readonly delivery: DataLoader<string, Delivery | null>;
  /** What an answer says. */
  readonly content: DataLoader<string, { readonly content: OutboundContent } | null>;
}

/** Loaders for one request of one workspace. */
export function createLoaders(pool: pg.Pool, workspaceId: string): Loaders {
  return {
    channel: byId((ids) => readChannels(pool, workspaceId, ids)),
    inbound: byId((ids) => readInbound(pool, workspaceId, ids)),
    mailStart: byId((ids) => readMailStarts(pool, workspaceId, ids, headersReadBytes)),
    health: byId((ids) => readHealth(pool, workspaceId, ids, new Date())),
    connector: byId((ids) => readReports(pool, workspaceId, ids, new Date())),
    delivery: byId((ids) => readDeliveries(pool, workspaceId, ids)),
    content: byId((ids) => readContents(pool, workspaceId, ids)),
  };
}
