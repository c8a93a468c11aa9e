import { readIntroduction } from './quote-introduction.ts';
import { divider, headerBlockEnd } from './quote-divider.ts';

/** The lines of a text; only their number and single lines are asked for. */
export type Lines = ArrayLike<string>;

export interface CutText {
  readonly text: string;
  /** Whether history was cut off. */
  readonly quoted: boolean;
}

/** What is known of a mail besides its text. */
export interface QuotingMail {
  /** Whether it hands on another mail: then what looks like history is what it is about. */
  readonly forwarded: boolean;
}

/**
 * Cuts the quoted history off the end of a plain-text mail, in the languages and forms of the usual mail clients: a
 * closing block of `>` lines with the lines that introduce it and the signature below it, or all below a client's
 * divider. Quotes that the author wrote something below stay, and so does a forwarded mail. A mail that is nothing but
 * quotation keeps it: showing too much loses nothing. Every line is looked at a fixed number of times.
 */
export function cutQuotedHistory(text: string, mail: QuotingMail): CutText {
  const lines = text.replaceAll('\r\n', '\n').split('\n');
  const start = historyStart(lines, mail);
  const kept = lines.slice(0, start).join('\n').trim();
  return kept === '' || start === lines.length
    ? { text: text.trim(), quoted: false }
    : { text: kept, quoted: true };
}

/** Whether a subject says, before anything else, that the mail hands on another. */
export function isForward(subject: string): boolean {
  const text = subject.slice(0, 40).trim().toLowerCase();
  const colon = text.search(/[:：]/);
  return colon > 0 && forwards.has(text.slice(0, colon).trim());
}

const forwards = new Set(
  'fwd fw wg tr rv rf i enc res-enc doorst vb vs vl pd vs fs tov továbbítás redir пересл перенапр ilt fwd. 転送 转发 轉寄 전달'.split(
    ' ',
  ),
);

const maxLineLength = 400;
const maxBlanks = 3;

/** A line as far as it is looked at; empty for one that is too long to be a client's. */
function lineAt(lines: Lines, index: number): string {
  const line = lines[index] ?? '';
  return line.length > maxLineLength ? 'x' : line;
}

function isQuote(line: string): boolean {
  return line.trimStart().startsWith('>');
}

/** The first line from `index` on that is not blank, looking over a few blank ones only. */
function nextFilled(lines: Lines, index: number): number {
  let at = index;
  while (at < lines.length && at - index < maxBlanks && lineAt(lines, at).trim() === '') at += 1;
  return at;
}

/**
 * Index of the line at which the quoted history begins; the number of lines when there is none. A line may cost a few
 * reads, never more with the length of the text.
 */
export function historyStart(lines: Lines, { forwarded }: QuotingMail): number {
  if (forwarded) return lines.length;
  /** Lines that introduce a block of `>` lines, by the line at which that block begins. */
  const introduced = new Map<number, number>();
  let end = lines.length;
  for (let index = 0; index < lines.length; index += 1) {
    const found = startAt(lines, index);
    if (found === null) continue;
    if (found === 'FORWARDED') return lines.length;
    if (found.quoteAt === null) {
      end = found.from;
      break;
    }
    // The headers below a divider are part of what the divider begins.
    if (!introduced.has(found.quoteAt)) introduced.set(found.quoteAt, found.from);
  }
  return closingQuote(lines, end, introduced);
}

interface Start {
  readonly from: number;
  /** The `>` line that it introduces; null when all below is history. */
  readonly quoteAt: number | null;
}

/** Whether history begins with what stands at, or ends at, a line. */
function startAt(lines: Lines, index: number): Start | 'FORWARDED' | null {
  const line = lineAt(lines, index);
  const trimmed = line.trim();
  if (trimmed === '' || isQuote(line)) return null;
  const kind = divider(trimmed);
  if (kind === 'FORWARDED') return 'FORWARDED';
  const blockAt = kind === null ? index : nextFilled(lines, index + 1);
  const blockEnd = headerBlockEnd((at) => lineAt(lines, at), blockAt, kind !== null);
  if (kind === 'ORIGINAL') return below(lines, index, blockEnd ?? index + 1);
  if (blockEnd !== null) return below(lines, index, blockEnd);
  // A rule is history's only with the headers of a mail right below it.
  if (kind === 'RULE') return null;
  return introduction(lines, index);
}

function below(lines: Lines, from: number, bodyAt: number): Start {
  const body = nextFilled(lines, bodyAt);
  return { from, quoteAt: body < lines.length && isQuote(lineAt(lines, body)) ? body : null };
}

const maxIntroductionLines = 4;
const shortestIntroduction = 5;

/** An introduction such as `On … Ada wrote:` that ends at a line, wrapped over a few lines or not. */
function introduction(lines: Lines, last: number): Start | null {
  const next = nextFilled(lines, last + 1);
  const quoteAt = next < lines.length && isQuote(lineAt(lines, next)) ? next : null;
  const ending = lineAt(lines, last).trimEnd();
  if (ending.length < shortestIntroduction) return null;
  if (quoteAt === null && !/[:：]/.test(ending.slice(-1))) return null;
  let text = '';
  let found: Start | null = null;
  for (let from = last; from > last - maxIntroductionLines && from >= 0; from -= 1) {
    const line = lineAt(lines, from).trim();
    if (line === '' || isQuote(line) || (from < last && !canGoOn(line))) break;
    text = `${line} ${text}`.trim();
    const { ends, isShort, whole, opensHistory } = readIntroduction(text);
    if (from === last && !ends) return null;
    if (quoteAt === null && !opensHistory) continue;
    if (whole === 'FULL') return { from, quoteAt };
    // Its beginning may stand above; if not, this much at least is no words of the author's.
    if (whole === 'PART' || (from === last && isShort)) found ??= { from, quoteAt };
  }
  return found;
}

const shortestWrapped = 30;

/** Whether a line can be the upper part of a wrapped introduction, and is no short line or sentence of the author's. */
function canGoOn(line: string): boolean {
  return line.length >= shortestWrapped && !/[^\d][.!?]$/.test(line.slice(-2));
}

/** Index at which the closing block of quotation before `end` begins, its introduction included; else `end`. */
function closingQuote(lines: Lines, end: number, introduced: ReadonlyMap<number, number>): number {
  let last = end;
  while (last > 0 && (lines[last - 1] ?? '').trim() === '') last -= 1;
  last = footerStart(lines, last);
  let start = last;
  let first = last;
  while (start > 0) {
    const line = lines[start - 1] ?? '';
    if (isQuote(line)) first = start - 1;
    else if (line.trim() !== '' && !isRemnant(lines, start - 1)) break;
    start -= 1;
  }
  if (first === last) return end;
  return introduced.get(first) ?? first;
}

const shortestBroken = 55;
/** Of what begins with a small letter, and of what might as well begin an answer. */
const longestRemnants = [40, 12] as const;

/** Whether an unquoted line between `>` lines is only what a client broke off the too long line above it. */
function isRemnant(lines: Lines, index: number): boolean {
  const [above, line, under] = [
    lineAt(lines, index - 1).trim(),
    lineAt(lines, index),
    lineAt(lines, index + 1),
  ];
  if (!isQuote(above) || !isQuote(under) || above.length < shortestBroken) return false;
  const longest = longestRemnants[/^\p{Ll}/u.test(line) ? 0 : 1];
  return line.length <= longest && !/[.?!:]$/.test(above.slice(-1));
}

const maxFooterLines = 30;

/** Where a signature, or the footer of a list, begins that stands right below a quote; else `end`. */
function footerStart(lines: Lines, end: number): number {
  for (let index = end - 1; index >= 0 && index > end - maxFooterLines; index -= 1) {
    const line = lineAt(lines, index);
    if (isQuote(line)) return end;
    const trimmed = line.trim();
    if (trimmed !== '--' && divider(trimmed) !== 'RULE') continue;
    let above = index;
    while (above > 0 && index - above < maxBlanks && lineAt(lines, above - 1).trim() === '') above -= 1;
    if (above > 0 && isQuote(lineAt(lines, above - 1))) return above;
  }
  return end;
}
