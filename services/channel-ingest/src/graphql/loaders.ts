import { byId } from '@smart-tickets/kit/loaders';
import type DataLoader from 'dataloader';
import type pg from 'pg';
import type { Channel } from '../domain/channel.ts';
import type { InboundMessage } from '../domain/inbound-message.ts';
import { readChannels, readInbound } from '../persistence/inbound-queries.ts';

/** Per-request loaders; unknown ids give null. */
export interface Loaders {
  readonly channel: DataLoader<string, Channel | null>;
  readonly inbound: DataLoader<string, InboundMessage | null>;
}

/** Loaders for one request of one workspace. */
export function createLoaders(pool: pg.Pool, workspaceId: string): Loaders {
  return {
    channel: byId((ids) => readChannels(pool, workspaceId, ids)),
    inbound: byId((ids) => readInbound(pool, workspaceId, ids)),
  };
}
