import DataLoader from 'dataloader';
import { isId } from './ids.ts';

/** Most keys of one statement. */
const maxBatchSize = 500;

/** A loader of things by id: whatever one tick asks for is one statement. What is not found, or can be no id, is null. */
export function byId<T extends { readonly id: string }>(
  read: (ids: readonly string[]) => Promise<readonly T[]>,
): DataLoader<string, T | null> {
  return new DataLoader(
    async (ids) => {
      const rows = await readKnown(ids, read);
      const found = new Map(rows.map((row) => [row.id, row]));
      return ids.map((id) => found.get(id.toLowerCase()) ?? null);
    },
    { maxBatchSize },
  );
}

/**
 * A loader of the list that belongs to each id, in the order in which `read` gives its rows; `ownerOf` tells whose a
 * row is. `read` is never given an id twice, and what can be no id has an empty list.
 */
export function listsById<T>(
  read: (ids: readonly string[]) => Promise<readonly T[]>,
  ownerOf: (row: T) => string,
): DataLoader<string, T[]> {
  return new DataLoader(
    async (ids) => {
      const lists = Map.groupBy(await readKnown(ids, read), ownerOf);
      return ids.map((id) => lists.get(id.toLowerCase()) ?? []);
    },
    { maxBatchSize },
  );
}

/** Whose page, and which: a field's arguments. */
export interface PageKey<Args> {
  readonly id: string;
  readonly args: Args;
}

/**
 * A loader of one page of each id's list. Ids that are asked for with the same arguments, as a field below a list does,
 * are one statement; aliases with other arguments are one more each. `args` must be plain values.
 */
export function pagesById<T, Args>(
  read: (ids: readonly string[], args: Args) => Promise<readonly T[]>,
  ownerOf: (row: T) => string,
): DataLoader<PageKey<Args>, T[], string> {
  return new DataLoader<PageKey<Args>, T[], string>(
    async (keys) => {
      const pages = new Map<string, T[]>();
      // One after the other: a request with many aliases must not take all connections.
      for (const [group, [first, ...others]] of Map.groupBy(keys, ({ args }) => JSON.stringify(args))) {
        if (first === undefined) continue;
        const ids = [first, ...others].map(({ id }) => id);
        const rows = await readKnown(ids, (known) => read(known, first.args));
        for (const [owner, list] of Map.groupBy(rows, ownerOf)) pages.set(`${owner} ${group}`, list);
      }
      return keys.map(({ id, args }) => pages.get(`${id.toLowerCase()} ${JSON.stringify(args)}`) ?? []);
    },
    { maxBatchSize, cacheKeyFn: ({ id, args }) => `${id.toLowerCase()} ${JSON.stringify(args)}` },
  );
}

async function readKnown<T>(
  ids: readonly string[],
  read: (ids: readonly string[]) => Promise<readonly T[]>,
): Promise<readonly T[]> {
  // An id may be asked for in both letter cases; its rows must not come twice.
  const known = [...new Set(ids.filter(isId).map((id) => id.toLowerCase()))];
  return known.length === 0 ? [] : read(known);
}
