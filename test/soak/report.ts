import { medianOf, verdictOf, watchedParts, type Sample, type Verdict } from './memory.ts';
import type { Account, SoakReport } from './soak.ts';

/** What is wrong with an account; empty for one that is complete. */
export function faultsOf({ subscriber, missing, repeated, strange, inOrder, due }: Account): string[] {
  const list = (what: string, lines: readonly string[]): string[] =>
    lines.length === 0 ? [] : [`${lines.length} ${what}, the first ${lines[0]}`];
  const faults = [
    ...list('missing', missing),
    ...list('repeated', repeated),
    ...list('not due', strange),
    ...(inOrder ? [] : ['not in order']),
    ...(subscriber.faults.length === 0 ? [] : [`errors ${[...new Set(subscriber.faults)].join(', ')}`]),
  ];
  if (faults.length === 0) return [];
  const { name, transport, interest, viewer } = subscriber.options;
  return [`${name}, ${transport}, ${viewer}, ${interest.kind} (${due} due): ${faults.join('; ')}`];
}

/** What was seen of each process; empty where nothing was watched. */
function verdictsOf({ memory }: SoakReport): Verdict[] {
  return watchedParts.map((part) => verdictOf(memory, part));
}

const grown = ({ part, thirds }: Verdict): string =>
  `the memory of ${part} is not flat: RSS ${thirds.map(({ rss }) => rss.toFixed(0)).join(' → ')} MiB, ` +
  `outside of the heap ${thirds.map(({ outside }) => outside.toFixed(0)).join(' → ')} MiB, ` +
  `heap at least ${thirds.map(({ heapFloor }) => heapFloor.toFixed(0)).join(' → ')} MiB`;

/** Faults of the memory; none of a process that did not run long enough at a stretch to tell. */
export function memoryFaults(report: SoakReport): string[] {
  return verdictsOf(report)
    .filter(({ flat }) => flat === false)
    .map(grown);
}

const rowsOverTime = 10;

/** Median RSS of each process in each tenth of the time; a process that was started again begins anew in between. */
function memoryOverTime(memory: readonly Sample[]): string {
  const from = memory[0]?.atMs ?? 0;
  const step = ((memory.at(-1)?.atMs ?? 0) - from) / rowsOverTime;
  const rows = Array.from({ length: rowsOverTime }, (_, nth) => {
    const some = memory.filter(
      ({ atMs }) => atMs >= from + nth * step && (atMs < from + (nth + 1) * step || nth === rowsOverTime - 1),
    );
    const rss = (part: string): string =>
      medianOf(some.filter((sample) => sample.part === part).map((sample) => sample.rss)).toFixed(0);
    return [`from ${((nth * step) / 1_000).toFixed(0)} s`, ...watchedParts.map(rss)];
  });
  return tableOf(['RSS MiB, median', ...watchedParts], rows);
}

function verdictTable(verdicts: readonly Verdict[]): string {
  return tableOf(
    [
      'last process, in thirds',
      'seconds each',
      'RSS MiB, median',
      'outside the heap',
      'heap MiB, least',
      'flat',
    ],
    verdicts.map(({ part, thirds, flat }) => [
      part,
      Math.max(0, thirds[0]?.seconds ?? 0),
      ...(flat === null
        ? ['', '', '']
        : [
            thirds.map(({ rss }) => rss.toFixed(0)).join(' → '),
            thirds.map(({ outside }) => outside.toFixed(0)).join(' → '),
            thirds.map(({ heapFloor }) => heapFloor.toFixed(0)).join(' → '),
          ]),
      flat === null ? 'too short to tell' : flat ? 'yes' : 'NO',
    ]),
  );
}

function tableOf(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const lines = [head, ...rows].map((row) => row.map(String));
  const widths = head.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  return lines
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function groupRows(accounts: readonly Account[], keyOf: (account: Account) => string): (string | number)[][] {
  return [...Map.groupBy(accounts, keyOf)].map(([key, group]) => {
    const sum = (count: (account: Account) => number): number =>
      group.reduce((total, account) => total + count(account), 0);
    return [
      key,
      group.length,
      sum(({ subscriber }) => subscriber.connections),
      sum(({ due }) => due),
      sum(({ subscriber }) => subscriber.told.length),
      sum(({ missing }) => missing.length),
      sum(({ repeated }) => repeated.length),
      sum(({ strange }) => strange.length),
      group.filter(({ inOrder }) => !inOrder).length,
      sum(({ subscriber }) => subscriber.partial),
      sum(({ subscriber }) => subscriber.voids),
    ];
  });
}

/** The report as text: who was told what, what was cut, how connections ended, and the gateway's memory. */
export function textOf(report: SoakReport): string {
  const { accounts, log, seconds, work, cuts, lines, memory } = report;
  const head = [
    '',
    'subscribers',
    'connections',
    'due',
    'told',
    'missing',
    'repeated',
    'not due',
    'disordered',
    'partial',
    'void',
  ];
  const rows = [
    ...groupRows(accounts, ({ subscriber }) => subscriber.options.transport),
    ...groupRows(accounts, ({ subscriber }) => subscriber.options.interest.kind),
    ...groupRows(accounts, () => 'all'),
  ];
  const ends = new Map<string, number>();
  for (const { subscriber } of accounts)
    for (const [end, count] of subscriber.ends) ends.set(end, (ends.get(end) ?? 0) + count);
  const upstreams = memory.filter(({ part }) => part === 'gateway').map((sample) => sample.upstreams);
  return [
    `${log.length} events in ${seconds.toFixed(0)} s, ${(log.length / seconds).toFixed(1)} a second; ` +
      `${work.done} calls done, ${work.refused} refused, ${work.failed} failed`,
    tableOf(head, rows),
    tableOf(['cut', 'times'], [...cuts]),
    `connections cut ${lines.all}, ${lines.midway} of them within a write`,
    tableOf(
      ['connections ended by', 'times'],
      [...ends].sort(([, a], [, b]) => b - a),
    ),
    memoryOverTime(memory),
    verdictTable(verdictsOf(report)),
    `upstream subscriptions: median ${medianOf(upstreams)}, most ${Math.max(0, ...upstreams)}`,
  ].join('\n\n');
}
