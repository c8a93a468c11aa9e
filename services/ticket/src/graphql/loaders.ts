import { isId } from '@smart-tickets/kit/ids';
import DataLoader from 'dataloader';
import type pg from 'pg';
import type { Customer, CustomerIdentity } from '../domain/customer.ts';
import type { Ticket } from '../domain/ticket.ts';
import type { TimelineEntry } from '../domain/timeline.ts';
import { readCustomers, readEntries, readIdentities, readTickets } from '../persistence/ticket-queries.ts';

/** Per-request loaders: whatever a page asks for by id is one statement. Unknown ids give null. */
export interface Loaders {
  readonly ticket: DataLoader<string, Ticket | null>;
  readonly entry: DataLoader<string, TimelineEntry | null>;
  readonly customer: DataLoader<string, Customer | null>;
  readonly identities: DataLoader<string, CustomerIdentity[]>;
}

const maxBatchSize = 500;

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
    { maxBatchSize },
  );
}

/** Forgets what was loaded: a subscription lives long, and each of its events shows the state of its own time. */
export function forgetLoaded(loaders: Loaders): void {
  loaders.ticket.clearAll();
  loaders.entry.clearAll();
  loaders.customer.clearAll();
  loaders.identities.clearAll();
}

/** Loaders for one request of one workspace. */
export function createLoaders(pool: pg.Pool, workspaceId: string): Loaders {
  return {
    ticket: byId((ids) => readTickets(pool, workspaceId, ids)),
    entry: byId((ids) => readEntries(pool, workspaceId, ids)),
    customer: byId((ids) => readCustomers(pool, workspaceId, ids)),
    identities: new DataLoader(
      async (ids) => {
        const rows = await readIdentities(pool, workspaceId, ids);
        const grouped = Map.groupBy(rows, (row) => row.customerId);
        return ids.map((id) => grouped.get(id) ?? []);
      },
      { maxBatchSize },
    ),
  };
}
