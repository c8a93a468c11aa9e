import type { CustomerIdentity } from './customer.ts';

/** Longest word by which customers are found, in characters; what is searched for is cut to the same length. */
const maxWordLength = 200;
const maxWordsOfName = 20;

/** Text as it is compared when customers are looked for. */
function folded(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/\s+/g, ' ')
    .trim()
    .slice(0, maxWordLength)
    .toWellFormed();
}

/** What a name is found by: the name from each of its first words on, so that any beginning of any word leads to it. */
export function wordsOfName(name: string | null): string[] {
  const words = folded(name ?? '').split(' ');
  const beginnings = words.slice(0, maxWordsOfName).map((_word, index) => words.slice(index).join(' '));
  return [...new Set(beginnings)].filter((word) => word !== '');
}

/** What an identity is found by. */
export function wordOfIdentity({ value }: Pick<CustomerIdentity, 'value'>): string {
  return folded(value);
}

/** All words that begin with a text lie in one range: from `from` on, before `before`, by code points. */
export interface WordRange {
  readonly from: string;
  readonly before: string;
}

const lastCodePoint = '\u{10ffff}';

/**
 * The ranges of words that a search means, none for a blank one: those that begin with it, and for what looks like a
 * phone number those that begin with its digits.
 */
export function rangesOf(search: string): WordRange[] {
  const text = folded(search);
  if (text === '') return [];
  const digits = text.replace(/^00/, '+').replaceAll(/[\s()./-]/g, '');
  const texts = /^\+?\d{3,}$/.test(digits) && digits !== text ? [text, digits] : [text];
  return texts.map((from) => ({ from, before: from + lastCodePoint }));
}
