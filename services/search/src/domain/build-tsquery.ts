import { plainConfig } from './languages.ts';
import type { ParsedQuery, Term } from './parse-query.ts';

/** A term as one text search configuration reads it; `query` is a tsquery in text form, empty for a stop word. */
export interface TermReading {
  /** Place of the term among all terms of the query, from 0. */
  readonly term: number;
  readonly config: string;
  readonly query: string;
}

/** Two tsqueries in text form: the one to search by, and all that may be marked in what was found. */
export interface BuiltQuery {
  readonly search: string;
  readonly marks: string;
}

/** All terms of a query in the order that readings count by. */
export function termsOf(parsed: ParsedQuery): Term[] {
  return parsed.alternatives.flat();
}

/**
 * One tsquery of every term's readings. The languages are joined term by term and not query by query: so a negation
 * excludes what any language finds, and the words of one query may be found in different languages. Stop words of any
 * language are passed over where something else is left to look for. Null when nothing is.
 */
export function buildTsquery(parsed: ParsedQuery, readings: readonly TermReading[]): BuiltQuery | null {
  const byTerm = Map.groupBy(readings, ({ term }) => term);
  const marks: string[] = [];
  const alternatives: string[] = [];
  let index = 0;
  for (const terms of parsed.alternatives) {
    const parts: Part[] = [];
    for (const term of terms) {
      const part = partOf(term, byTerm.get(index) ?? []);
      index += 1;
      if (part === null) continue;
      parts.push(part);
      if (!term.negated) marks.push(part.query);
    }
    const needed = parts.filter(({ optional }) => !optional);
    const used = needed.length > 0 ? needed : parts;
    if (used.length > 0)
      alternatives.push(used.map(({ query, negated }) => (negated ? `!${query}` : query)).join(' & '));
  }
  if (alternatives.length === 0) return null;
  return { search: alternatives.map((query) => `(${query})`).join(' | '), marks: marks.join(' | ') };
}

interface Part {
  readonly query: string;
  readonly negated: boolean;
  readonly optional: boolean;
}

function partOf(term: Term, readings: readonly TermReading[]): Part | null {
  if (term.prefix) return { query: `('${term.text}':*)`, negated: term.negated, optional: false };
  const queries = new Set(readings.map(({ query }) => query).filter((query) => query !== ''));
  if (queries.size === 0) return null;
  const isStopWord = readings.some(({ config, query }) => config !== plainConfig && query === '');
  return {
    query: `(${[...queries].map((query) => `(${query})`).join(' | ')})`,
    negated: term.negated,
    optional: isStopWord && !term.quoted,
  };
}
