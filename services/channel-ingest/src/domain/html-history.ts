import { historyStart } from './quoted-history.ts';

/**
 * Stand in HTML right before an element that a mail client made for all that is answered, and right before a blockquote
 * that cites; other blockquotes are an author's way to indent. No text holds them: they are no characters.
 * Source: Unicode §23.7.
 */
const holderMark = '\ufdd0';
const citeMark = '\ufdd1';
const marks = /[\ufdd0\ufdd1]/g;

/** Names that mail clients give to the elements that hold, or stand right before, what is answered. */
const names = [
  'gmail_quote',
  'gmail_attr',
  'yahoo_quoted',
  'moz-cite-prefix',
  'divrplyfwdmsg',
  'appendonsend',
  'mail-editor-reference-message-container',
  'protonmail_quote',
  'zmail_extra',
  'zwchr',
  'front-blockquote',
  'messagereplysection',
  'tutanota_quote',
  'outlookmessageheader',
  'olk_src_body_section',
  'ms-outlook-mobile-reference-message',
];
const markedTags = ['div', 'blockquote', 'hr', 'table', 'span', 'section'];
/** What the tag of a blockquote says that cites. */
const citing = ['cite', 'quote', 'border-left', ...names];
const maxTagLength = 2_000;

/** HTML as it came, marked for `cutHtmlHistory` where mail clients have put what is answered; in one pass over it. */
export function markHistory(html: string): string {
  const bare = html.replaceAll(marks, '');
  const pieces: string[] = [];
  let from = 0;
  for (let at = bare.indexOf('<'); at !== -1;) {
    const end = endOfMarkup(bare, at);
    const mark = markOf(bare.slice(at + 1, Math.min(end, at + maxTagLength)).toLowerCase());
    if (mark !== null) {
      pieces.push(bare.slice(from, at), mark);
      from = at;
    }
    at = bare.indexOf('<', end);
  }
  pieces.push(bare.slice(from));
  return pieces.join('');
}

/** What to put before a tag, given without its brackets in lower case; null for nothing. */
function markOf(tag: string): string | null {
  if (!markedTags.some((name) => tag.startsWith(name))) return null;
  if (!tag.startsWith('blockquote')) return names.some((one) => tag.includes(one)) ? holderMark : null;
  const attributes = tag.slice('blockquote'.length);
  return citing.some((one) => attributes.includes(one)) ? citeMark : null;
}

const tagName = /[a-z][^\s/>]*/iy;
const attribute = /[\s/]*[^\s/>][^\s/>=]*(?:\s*=\s*(?:"[^"]*(?:"|$)|'[^']*(?:'|$)|[^\s>]*))?/y;

/** Where the tag or comment ends that begins at `at`, as a parser sees it: a `>` within quotes ends no tag. */
function endOfMarkup(html: string, at: number): number {
  if (html.startsWith('<!--', at)) {
    const end = html.indexOf('-->', at + 2);
    return end === -1 ? html.length : end + 3;
  }
  tagName.lastIndex = at + 1;
  if (!tagName.test(html)) return at + 1;
  attribute.lastIndex = tagName.lastIndex;
  let end = attribute.lastIndex;
  while (attribute.test(html)) end = attribute.lastIndex;
  return end;
}

/**
 * Cleaned and marked HTML without its marks and without the quoted history at its end: found by its lines,
 * as in plain text, and, unless the author wrote between the quotes, by the marks. What would leave no text is kept.
 * @param html well-formed, as the cleaning leaves it
 */
export function cutHtmlHistory(html: string, cut: 'CLOSING_QUOTE' | 'HISTORY'): string {
  const plain = (text: string): string => text.replaceAll(marks, '');
  const lines = linesOf(html);
  const start = historyStart(
    lines.map(({ text, quoted }) => (quoted ? `> ${text}` : plain(text))),
    { forwarded: false },
  );
  const byLines = lines[start]?.at ?? html.length;
  const at = cut === 'HISTORY' ? Math.min(byLines, holderIn(html)) : byLines;
  const isLeft = lines.some((line) => line.at < at && !line.quoted && plain(line.text).trim() !== '');
  return plain(isLeft ? closed(html.slice(0, at)) : html);
}

/** Where the first holder of what is answered begins; the end when there is none. A mark within a tag is none. */
function holderIn(html: string): number {
  let marked = html.indexOf(holderMark);
  for (const { at, end } of tagsOf(html)) {
    if (marked === -1 || marked < at) break;
    if (marked < end) marked = html.indexOf(holderMark, end);
  }
  return marked === -1 ? html.length : marked;
}

interface HtmlLine {
  text: string;
  /** Whether its text stands in a blockquote. */
  quoted: boolean;
  /** Where the HTML may be cut so that this line is the first that goes. */
  at: number;
}

const breaking = new Set(
  'p div blockquote pre hr h1 h2 h3 h4 h5 h6 ul ol li dl dt dd table thead tbody tfoot tr caption br'.split(
    ' ',
  ),
);
const empty = new Set(['br', 'hr', 'img']);

interface Tag {
  readonly name: string;
  readonly closing: boolean;
  readonly at: number;
  readonly end: number;
}

/** The tags of well-formed HTML, in which `<` and `>` stand for nothing else; none after one that is not closed. */
function* tagsOf(html: string): Generator<Tag> {
  for (let at = html.indexOf('<'); at !== -1; at = html.indexOf('<', at + 1)) {
    const end = html.indexOf('>', at) + 1;
    if (end === 0) return;
    const closing = html[at + 1] === '/';
    const name = /^[a-z0-9]*/.exec(html.slice(at + (closing ? 2 : 1), at + 20))?.[0] ?? '';
    yield { name, closing, at, end };
  }
}

/** The lines that a reader sees. */
function linesOf(html: string): HtmlLine[] {
  const lines: HtmlLine[] = [];
  let line: HtmlLine = { text: '', quoted: false, at: 0 };
  /** For each open blockquote, whether it cites. */
  const open: boolean[] = [];
  let from = 0;
  const write = (text: string): void => {
    if (line.text === '' && text.replaceAll(marks, '').trim() === '') return;
    if (line.text === '') line.quoted = open.includes(true);
    line.text += decoded(text);
  };
  const next = (at: number): void => {
    lines.push(line);
    line = { text: '', quoted: false, at };
  };
  for (const { name, closing, at, end } of tagsOf(html)) {
    write(html.slice(from, at));
    from = end;
    if (name === 'blockquote' && closing) open.pop();
    else if (name === 'blockquote') open.push(html[at - 1] === citeMark);
    if (!breaking.has(name)) {
      if (name === 'td' || name === 'th') write(' ');
      continue;
    }
    const opens = !closing && !empty.has(name);
    // Elements that open one within the other go together; a line that nothing was written on is none.
    if (line.text !== '') next(opens ? at : end);
    else if (!opens) line.at = end;
  }
  write(html.slice(from));
  lines.push(line);
  return lines;
}

function decoded(text: string): string {
  return text
    .replaceAll(/[\s\u00a0]+/g, ' ')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&');
}

/** HTML that was cut somewhere, with the elements closed that are open there. */
function closed(html: string): string {
  const open: string[] = [];
  for (const { name, closing } of tagsOf(html)) {
    if (closing && open.at(-1) === name) open.pop();
    else if (!closing && !empty.has(name)) open.push(name);
  }
  return `${html.trimEnd()}${open
    .toReversed()
    .map((name) => `</${name}>`)
    .join('')}`;
}
