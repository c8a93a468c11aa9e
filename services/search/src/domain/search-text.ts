// Scripts that are written without blanks between words, and Korean, whose words carry their endings.
const unspaced =
  '[[\\p{L}\\p{M}\\p{N}]&&[\\p{scx=Han}\\p{scx=Hiragana}\\p{scx=Katakana}\\p{scx=Hangul}\\p{scx=Thai}\\p{scx=Lao}\\p{scx=Khmer}\\p{scx=Myanmar}]]';
const unspacedAny = new RegExp(unspaced, 'v');
const pieces = new RegExp(`${unspaced}+|[[\\p{L}\\p{M}\\p{N}]--${unspaced}]+`, 'gv');

const typographic: readonly (readonly [RegExp, string])[] = [
  [/[‘’‚‛′]/g, "'"],
  [/[“”„‟″«»]/g, '"'],
  [/[‐‑‒–—―−]/g, '-'],
  [/…/g, '...'],
];

/**
 * Text fit to be kept and shown: well-formed, composed, without control, format and private-use characters, with plain
 * quotes and dashes, and blanks around any other sign outside ASCII, so that Postgres's parser takes none for a letter
 * whatever the database's locale. At most `most` characters.
 */
export function readable(text: string, most: number): string {
  let clean = text
    .slice(0, most)
    .toWellFormed()
    .normalize('NFC')
    .replaceAll(/\p{Cf}/gu, '')
    .replaceAll(/[\p{Cc}\p{Co}\p{Cn}\p{Z}]+/gu, ' ');
  for (const [pattern, plain] of typographic) clean = clean.replaceAll(pattern, plain);
  return clean
    .replaceAll(/[[\p{P}\p{S}]--\p{ASCII}]+/gv, ' $& ')
    .replaceAll(/ {2,}/g, ' ')
    .trim()
    .slice(0, most);
}

/**
 * Text as it is indexed and looked up: lower-case words, numbers and nothing else, one blank between them. What is
 * written without blanks becomes overlapping pairs of characters, so that any part of two or more is found as a phrase
 * of pairs. At most `mostBytes` bytes of UTF-8, cut between words.
 */
export function searchable(text: string, mostBytes: number): string {
  const words: string[] = [];
  let bytes = 0;
  for (const [piece] of text.normalize('NFKC').toLowerCase().matchAll(pieces)) {
    for (const word of isUnspaced(piece) ? pairsOf(piece) : [piece]) {
      bytes += utf8Length(word) + 1;
      if (bytes > mostBytes) return words.join(' ');
      words.push(word);
    }
  }
  return words.join(' ');
}

/** Whether a text has characters of a script that is indexed by pairs. */
export function isUnspaced(text: string): boolean {
  return unspacedAny.test(text);
}

function utf8Length(word: string): number {
  let bytes = 0;
  for (const character of word) {
    const point = character.codePointAt(0) ?? 0;
    bytes += point < 0x80 ? 1 : point < 0x8_00 ? 2 : point < 0x1_00_00 ? 3 : 4;
  }
  return bytes;
}

function pairsOf(run: string): string[] {
  const characters = Array.from(run);
  if (characters.length < 2) return [run];
  return characters.slice(1).map((character, index) => `${characters[index]}${character}`);
}

const folds: ReadonlyMap<string, string> = new Map([
  ['ß', 'ss'],
  ['æ', 'ae'],
  ['œ', 'oe'],
  ['ø', 'o'],
  ['ł', 'l'],
  ['đ', 'd'],
  ['ı', 'i'],
  ['ё', 'е'],
]);

/** Lower-case text with Latin letters stripped of their accents, so that "Muller" finds Müller; other scripts stay. */
export function folded(text: string): string {
  return text
    .replaceAll(/[\u00df-\u024f\u1e00-\u1eff]/g, (letter) => letter.normalize('NFD').replace(/\p{M}+/u, ''))
    .replaceAll(/(?<=\p{scx=Latin})\p{M}+/gu, '')
    .replaceAll(/[ßæœøłđıё]/g, (letter) => folds.get(letter) ?? letter);
}
