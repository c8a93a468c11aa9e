import type { Outcome } from './two-executors.ts';

/** Whether nothing stands at a path, as it must where an error is. */
function isEmptyAt(data: unknown, path: readonly (string | number)[]): boolean {
  let value = data;
  for (const part of path) {
    if (value === null || value === undefined) return true;
    value = (value as Record<string | number, unknown>)[part];
  }
  return value === null || value === undefined;
}

/**
 * Apollo's executor counts an entity that is passed over (of another type, or without what a fetch requires) when it looks
 * up the place of an error, and so names the wrong item of a list. Ours names the right one: that is the only difference.
 */
export function withStocksPlaces(ours: Outcome, stock: Outcome): Outcome {
  if (ours === 'rejected' || stock === 'rejected') return ours;
  const placeless = ({ errors = [] }: Exclude<Outcome, 'rejected'>): string =>
    JSON.stringify(
      errors
        .map(({ path, ...error }) =>
          JSON.stringify([path?.map((part) => (typeof part === 'number' ? '@' : part)), error]),
        )
        .toSorted(),
    );
  const places = (ours.errors ?? []).map(({ path }) => path ?? []);
  const right = places.every((path) => path.includes('@') || isEmptyAt(ours.data, path));
  return right && placeless(ours) === placeless(stock) ? { ...ours, errors: stock.errors ?? [] } : ours;
}
