/** What a gateway has said to an operation, without what only the one or the other says. */
export interface Said {
  /** The text of `data`, order of the fields included; null where there is none. */
  readonly data: unknown;
  /** One line for each error: its code and its path. */
  readonly errors: readonly string[];
}

/** Both texts line by line with what differs marked by - (ours) and + (theirs); empty when nothing does. */
export function differences(ours: Said, theirs: Said): string {
  const [left, right] = [ours, theirs].map((said) => JSON.stringify(said, null, 2).split('\n')) as [
    string[],
    string[],
  ];
  if (left.join('\n') === right.join('\n')) return '';
  return lineDifferences(left, right)
    .map(({ sign, line }) => `${sign} ${line}`)
    .join('\n');
}

interface Line {
  readonly sign: ' ' | '-' | '+';
  readonly line: string;
}

/** Lines kept around what differs. */
const context = 3;

/** What lies between the lines that both begin and end with; what is alike farther away is left out. */
function lineDifferences(left: readonly string[], right: readonly string[]): Line[] {
  const shorter = Math.min(left.length, right.length);
  let head = 0;
  while (head < shorter && left[head] === right[head]) head += 1;
  let tail = 0;
  while (tail < shorter - head && left.at(-1 - tail) === right.at(-1 - tail)) tail += 1;
  const lines = (sign: Line['sign'], of: readonly string[]): Line[] => of.map((line) => ({ sign, line }));
  return [
    ...lines(' ', left.slice(Math.max(0, head - context), head)),
    ...lines('-', left.slice(head, left.length - tail)),
    ...lines('+', right.slice(head, right.length - tail)),
    ...lines(' ', left.slice(left.length - tail, left.length - tail + context)),
  ];
}
