import { sortedErrors, type Outcome } from './two-executors.ts';

type Answer = Exclude<Outcome, 'rejected'>;

/** Whether nothing stands at a path, as it must where an error is. */
function isEmptyAt(data: unknown, path: readonly (string | number)[]): boolean {
  let value = data;
  for (const part of path) {
    if (value === null || value === undefined) return true;
    value = (value as Record<string | number, unknown>)[part];
  }
  return value === null || value === undefined;
}

/** What a whole fetch has failed of has a path in ours and none in Apollo's: ours without those paths. */
function withoutPathsOfFetches(ours: Answer, stock: Answer): Answer {
  if (ours.errors === undefined) return ours;
  const rest = (stock.errors ?? []).map((error) => JSON.stringify(error));
  const found = (text: string): boolean => {
    const at = rest.indexOf(text);
    if (at >= 0) rest.splice(at, 1);
    return at >= 0;
  };
  const others = ours.errors.filter((error) => !found(JSON.stringify(error)));
  const fetches = new Set(others.filter(({ path: _path, ...error }) => found(JSON.stringify(error))));
  const errors = ours.errors.map((error) => {
    const { path: _path, ...told } = error;
    return fetches.has(error) ? (told as typeof error) : error;
  });
  return { ...ours, errors: sortedErrors(errors) };
}

/**
 * Ours as Apollo's executor would have placed its errors; these are the only differences. It counts an entity that is passed
 * over (of another type, or without what a fetch requires) when it looks up the place of an error, and so names the wrong
 * item of a list. And it gives no path to what a whole fetch has failed of.
 */
export function withStocksPlaces(told: Outcome, stock: Outcome): Outcome {
  if (told === 'rejected' || stock === 'rejected') return told;
  const ours = withoutPathsOfFetches(told, stock);
  const placeless = ({ errors = [] }: Answer): string =>
    JSON.stringify(
      errors
        .map(({ path, ...error }) =>
          JSON.stringify([path?.map((part) => (typeof part === 'number' ? '@' : part)), error]),
        )
        .toSorted(),
    );
  const right = (ours.errors ?? []).every(
    ({ path }) => path === undefined || path.includes('@') || isEmptyAt(ours.data, path),
  );
  return right && placeless(ours) === placeless(stock) ? { ...ours, errors: stock.errors ?? [] } : ours;
}
