import { isUnspaced, readable, searchable } from './search-text.ts';

/** Longest query in characters. */
export const maxQueryLength = 1_000;

/** One word or quoted phrase of a query. */
export interface Term {
  /** As it is looked up, see `searchable`. */
  readonly text: string;
  /** As it was typed, in lower case. */
  readonly typed: string;
  readonly quoted: boolean;
  /** True for `-word`: what has it is not found. */
  readonly negated: boolean;
  /** True for a single character of a script indexed by pairs: it stands for every pair that begins with it. */
  readonly prefix: boolean;
}

/**
 * A query understood: alternatives (joined by OR) of terms that must all hold. EVERYTHING is the empty query, NOTHING
 * one without a single letter or digit.
 */
export interface ParsedQuery {
  readonly kind: 'EVERYTHING' | 'NOTHING' | 'TERMS';
  readonly alternatives: readonly (readonly Term[])[];
  /** The ticket number when the whole query is one, such as `#1042` or `1042`. */
  readonly number: number | null;
}

/** Why a query is refused. */
export type QueryFault =
  | { readonly code: 'QUERY_TOO_LONG'; readonly most: number }
  | { readonly code: 'CONDITION_NOT_SERVED'; readonly field: string };

const conditionFields = 'status|priority|channel|assignee|team|tag|created|updated|is|has';
const condition = new RegExp(`^(?:${conditionFields})(?=:)`, 'i');
const tokens = /(?<minus>-?)(?:"(?<quoted>[^"]*)"|(?<word>[^\s"]+))/gu;
const wholeNumber = /^#?(?<digits>\d{1,10})$/;
const mostNumber = 2_147_483_647;

/**
 * Understands what was typed: words in any order, "phrases", -word, OR between alternatives (it binds weaker than
 * standing side by side). Conditions such as `status:open` outside of quotes are refused rather than taken for words.
 * Source: websearch_to_tsquery of the PostgreSQL manual, section 12.3.2.
 */
export function parseQuery(query: string): ParsedQuery | QueryFault {
  if (query.length > maxQueryLength) return { code: 'QUERY_TOO_LONG', most: maxQueryLength };
  const text = readable(query, maxQueryLength);
  const alternatives: Term[][] = [[]];
  for (const { groups } of text.matchAll(tokens)) {
    const { minus, quoted, word } = groups as { minus: string; quoted?: string; word?: string };
    if (word !== undefined) {
      const field = condition.exec(word)?.[0];
      if (field !== undefined) return { code: 'CONDITION_NOT_SERVED', field: field.toLowerCase() };
      if (minus === '' && word.toLowerCase() === 'or') {
        alternatives.push([]);
        continue;
      }
    }
    const term = termOf(quoted ?? word ?? '', minus === '-', quoted !== undefined);
    if (term !== null) alternatives.at(-1)?.push(term);
  }
  const filled = alternatives.filter((terms) => terms.length > 0);
  const kind = filled.length > 0 ? 'TERMS' : text === '' ? 'EVERYTHING' : 'NOTHING';
  return { kind, alternatives: filled, number: numberOf(text) };
}

function termOf(typed: string, negated: boolean, quoted: boolean): Term | null {
  const text = searchable(typed, maxQueryLength * 8);
  if (text === '') return null;
  const prefix = isUnspaced(text) && Array.from(text).length === 1;
  return { text, typed: typed.toLowerCase(), quoted, negated, prefix };
}

function numberOf(text: string): number | null {
  const digits = wholeNumber.exec(text)?.groups?.['digits'];
  const number = Number(digits);
  return digits === undefined || number > mostNumber ? null : number;
}
