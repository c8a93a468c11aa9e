import { isId } from '@smart-tickets/kit/ids';
import DataLoader from 'dataloader';
import type pg from 'pg';
import type { Channel } from '../domain/channel.ts';
import type { InboundMessage } from '../domain/inbound-message.ts';
import { readChannels, readInbound } from '../persistence/inbound-queries.ts';

/** Per-request loaders; unknown ids give null. */
export interface Loaders {
  readonly channel: DataLoader<string, Channel | null>;
  readonly inbound: DataLoader<string, InboundMessage | null>;
}

function byId<T extends { readonly id: string }>(
  read: (ids: readonly string[]) => Promise<readonly T[]>,
): DataLoader<string, T | null> {
  return new DataLoader(
    async (ids) => {
      const known = ids.filter(isId);
      const rows = known.length === 0 ? [] : await read(known);
      const found = new Map(rows.map((row) => [row.id, row]));
      return ids.map((id) => found.get(id.toLowerCase()) ?? null);
    },
    { maxBatchSize: 500 },
  );
}

/** Loaders for one request of one workspace. */
export function createLoaders(pool: pg.Pool, workspaceId: string): Loaders {
  return {
    channel: byId((ids) => readChannels(pool, workspaceId, ids)),
    inbound: byId((ids) => readInbound(pool, workspaceId, ids)),
  };
}
