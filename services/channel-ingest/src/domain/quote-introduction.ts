/** Verbs with which clients say who wrote what is quoted, in the languages of the quoting tests. */
const verbs = new Set(
  (
    'wrote writes said mentioned stated quoting schrieb schreibt zitat écrit ecrit scritto scrive escribió escribio escribe escreveu escreve ' +
    'schreef schrijft geschreven skrev skriver kirjoitti kirjoittaa napisał napisała pisze napsal napsala píše írta scris ' +
    'написал написала пишет писал написав написала пише yazdı yazmış yazmıştır'
  ).split(' '),
);
/** Forms of languages that do not set blanks between words. */
const phrases = [
  '写道',
  '寫道',
  '写到',
  'のメール',
  'さんは書きました',
  'が書きました',
  '님이 작성',
  '님이 쓰',
];

/** Words with which an introduction begins. */
const starters = new Set(
  (
    'on at in am le el il lun mar mié jue vie sáb dom em a op den dne ve w pe în в у mon tue wed thu fri sat sun ' +
    'quoting zitat citando citat'
  ).split(' '),
);

const days = /(19|20)\d\d|\d{1,2}[./-]\d{1,2}[./-]\d\d/;
const times = /\d{1,2}[:.]\d\d/;

interface Signs {
  readonly colon: boolean;
  readonly verb: boolean;
  readonly verbLast: boolean;
  readonly starter: boolean;
  readonly address: boolean;
}

/** What in a text of a few hundred characters speaks for an introduction. */
function signsOf(text: string): Signs {
  const words = text
    .toLowerCase()
    .split(/[^\p{L}\p{M}]+/u)
    .filter((word) => word !== '');
  const last = words.at(-1) ?? '';
  // "napisał(a):" ends with what is the other gender's ending.
  const lastVerb =
    last.length <= 2 && /\(\p{L}{1,2}\)\s*[:：]?$/u.test(text.slice(-12)) ? (words.at(-2) ?? '') : last;
  const phrase = phrases.some((one) => text.includes(one));
  return {
    colon: /[:：]/.test(text.slice(-1)),
    verb: phrase || words.some((word) => verbs.has(word)),
    verbLast: verbs.has(lastVerb),
    starter: starters.has(words[0] ?? ''),
    address: /\S@\S/.test(text),
  };
}

/** What a text of one or a few lines can be that stands above a quote. */
export interface Introduction {
  /** It can be the last line of one. */
  readonly ends: boolean;
  /** It says who wrote something, and nothing else. */
  readonly isShort: boolean;
  /** It is one from its beginning: FULL with the day, PART when something may be missing above. */
  readonly whole: 'FULL' | 'PART' | null;
  /**
   * It tells, without any `>` below it, that all below is history: it has all that clients write, who, with the
   * address, and when.
   */
  readonly opensHistory: boolean;
}

const longestShort = 160;
const farthestDate = 60;

/** Reads a text of at most some thousand characters, trimmed. */
export function readIntroduction(text: string): Introduction {
  const { colon, verb, verbLast, starter, address } = signsOf(text);
  const day = days.test(text);
  const date = day || times.test(text);
  const ends = verbLast || (colon && (verb || address || date));
  const named = verb ? (ends ? date || address : starter && date) : colon && address && date;
  const beginning = text.slice(0, farthestDate);
  const isFull = named && (starter || days.test(beginning));
  const isPart = named && (times.test(beginning) || (ends && address && date));
  return {
    ends: ends || (verb && (date || address)),
    isShort: verb && ends && text.length <= longestShort,
    whole: isFull ? 'FULL' : isPart ? 'PART' : null,
    opensHistory: colon && date && address && (verb || /[>)][:：]$/.test(text.slice(-2))),
  };
}
