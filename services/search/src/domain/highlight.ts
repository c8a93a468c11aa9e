import { isUnspaced } from './search-text.ts';
import type { Term } from './parse-query.ts';

/** Control characters that stand for markup until the text around them is escaped; no kept text has any. */
export const markStart = '\u0002';
/** See `markStart`. */
export const markEnd = '\u0003';
/** Stands for `<`, which Postgres would take for the beginning of a tag and leave out. */
export const lessThan = '\u0004';

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  [lessThan]: '&lt;',
  [markStart]: '<mark>',
  [markEnd]: '</mark>',
};

const special = new RegExp(`[${Object.keys(entities).join('')}]`, 'g');

/** Safe HTML of a text with marks: everything escaped but the marks themselves. Null when nothing is marked. */
export function markedHtml(text: string): string | null {
  if (!text.includes(markStart)) return null;
  return text.replaceAll(special, (character) => entities[character] ?? '');
}

/** How many literals are looked for in one text. */
const mostLiterals = 5;

/**
 * What is to be marked letter by letter, because Postgres marks whole words only: terms in scripts without blanks, and
 * terms such as addresses and order numbers that Postgres cuts differently.
 */
export function literalsOf(terms: readonly Term[]): string[] {
  return terms
    .filter(({ negated, typed }) => !negated && (isUnspaced(typed) || /[^\p{L}\p{M}]/u.test(typed)))
    .map(({ typed }) => typed)
    .slice(0, mostLiterals);
}

/** Adds marks around every occurrence of the literals (which are in lower case), in any case, to a text with marks. */
export function markLiterals(marked: string, literals: readonly string[]): string {
  const { text, ranges } = readMarks(marked);
  const lower = text.toLowerCase();
  // Where lower case has another length the places do not fit.
  if (lower.length === text.length)
    for (const literal of literals) ranges.push(...occurrences(lower, literal));
  let html = '';
  let end = 0;
  for (const [from, to] of joined(ranges)) {
    html += `${text.slice(end, from)}${markStart}${text.slice(from, to)}${markEnd}`;
    end = to;
  }
  return html + text.slice(end);
}

type Range = readonly [from: number, to: number];

function readMarks(marked: string): { text: string; ranges: Range[] } {
  const ranges: Range[] = [];
  let text = '';
  for (const [index, part] of marked.split(markStart).entries()) {
    const end = index === 0 ? -1 : part.indexOf(markEnd);
    if (end >= 0) ranges.push([text.length, text.length + end]);
    text += end >= 0 ? part.slice(0, end) + part.slice(end + 1) : part;
  }
  return { text, ranges };
}

function occurrences(text: string, literal: string): Range[] {
  const found: Range[] = [];
  if (literal === '') return found;
  for (let at = text.indexOf(literal); at >= 0; at = text.indexOf(literal, at + literal.length))
    found.push([at, at + literal.length]);
  return found;
}

function joined(ranges: readonly Range[]): Range[] {
  const result: Range[] = [];
  for (const range of ranges.toSorted((a, b) => a[0] - b[0])) {
    const last = result.at(-1);
    if (last === undefined || range[0] >= last[1]) result.push(range);
    else result[result.length - 1] = [last[0], Math.max(last[1], range[1])];
  }
  return result;
}
