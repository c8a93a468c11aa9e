/** Orders of a list of hits. RELEVANCE without words is UPDATED_DESC. */
export const searchSorts = ['RELEVANCE', 'UPDATED_DESC', 'CREATED_DESC'] as const;
export type SearchSort = (typeof searchSorts)[number];

/** The found words of one field in safe HTML. */
export interface Highlight {
  readonly field: 'subject' | 'body';
  readonly html: string;
}

/** A ticket that was found. `score` is null where hits are not ranked. */
export interface Hit {
  readonly ticketId: string;
  readonly cursor: string;
  readonly score: number | null;
  readonly highlights: readonly Highlight[];
}

/** One page of hits. `total` is exact unless `totalExact` is false; then there are more. */
export interface HitPage {
  readonly hits: readonly Hit[];
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
  readonly total: number;
  readonly totalExact: boolean;
}

/**
 * A place in a list of hits: after the ticket of the asked number (which comes before all others), or after the hit
 * with this key (score, or instant in ISO 8601) and id.
 */
export type Place =
  | { readonly at: 'NUMBER' }
  | { readonly at: 'SCORE'; readonly score: number; readonly id: string }
  | { readonly at: 'INSTANT'; readonly key: string; readonly id: string };
