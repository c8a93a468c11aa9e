import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';

/** One figure with the floor it is held against. */
export interface Figure {
  readonly bench: 'channels' | 'fanout' | 'hostile' | 'ingest' | 'latency' | 'query' | 'tickets';
  readonly what: string;
  readonly unit: string;
  readonly value: number;
  /** What the same work costs without the system, measured in the same run. */
  readonly floor: number;
  readonly floorWhat: string;
  /** Whether more is better; the ratio is always value to floor. */
  readonly moreIsBetter: boolean;
}

/** What the figures depend on. */
export interface MachineFacts {
  readonly cores: number;
  readonly cpu: string;
  readonly memoryGiB: number;
  readonly node: string;
  readonly platform: string;
  /** Load before the bench began: much of it means that others were at work. */
  readonly loadBefore: number;
  readonly at: string;
}

/** Reads them from this machine, now. */
export function machineFacts(): MachineFacts {
  return {
    cores: availableParallelism(),
    cpu: cpus()[0]?.model ?? 'unknown',
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    loadBefore: Math.round((loadavg()[0] ?? 0) * 100) / 100,
    at: new Date().toISOString(),
  };
}

/** The figures as a table with their ratios. */
export function tableOf(figures: readonly Figure[]): string {
  const head = ['bench', 'figure', 'value', 'floor', 'value : floor', 'floor is'];
  const rows = figures.map((figure) => [
    figure.bench,
    figure.what,
    `${short(figure.value)} ${figure.unit}`,
    `${short(figure.floor)} ${figure.unit}`,
    `${short(figure.value / figure.floor)} (${figure.moreIsBetter ? 'more' : 'less'} is better)`,
    figure.floorWhat,
  ]);
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => row[column]?.length ?? 0)));
  return [head, widths.map((width) => '-'.repeat(width)), ...rows]
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function short(value: number): string {
  if (!Number.isFinite(value)) return '-';
  if (value >= 100) return value.toFixed(0);
  return value >= 10 ? value.toFixed(1) : value.toFixed(2);
}
