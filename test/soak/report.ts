import { growthOf, mostGrowthMiB, stretches } from './memory.ts';
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

const warmUpMs = 30_000;
const parts = 4;

/** Faults of the memory; none where the gateway did not run long enough at a stretch to tell. */
export function memoryFaults({ memory }: SoakReport): string[] {
  const all = stretches(memory, warmUpMs, parts);
  if (!((all[0]?.seconds ?? 0) >= 20)) return [];
  const growth = growthOf(all);
  return growth > mostGrowthMiB ? [`the gateway’s heap grew by ${growth.toFixed(1)} MiB`] : [];
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
  const memoryRows = stretches(memory, warmUpMs, parts).map(({ seconds: length, rss, heapFloor }, nth) => [
    `part ${nth + 1} of the last process`,
    length,
    rss.toFixed(1),
    heapFloor.toFixed(1),
  ]);
  const upstreams = memory.map((sample) => sample.upstreams).sort((a, b) => a - b);
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
    tableOf(['gateway', 'seconds', 'RSS MiB, median', 'heap MiB, least'], memoryRows),
    `upstream subscriptions: median ${upstreams[Math.floor(upstreams.length / 2)] ?? 0}, most ${upstreams.at(-1) ?? 0}`,
  ].join('\n\n');
}
