import { styleText } from 'node:util';
import type { Fault, Tally } from './tally.ts';

/** How long the parts of an import took, in seconds; null for what did not come to its end. */
export interface Timing {
  readonly handingInSeconds: number;
  readonly untilSettledSeconds: number | null;
}

const listedFaults = 20;

/** The closing table. Its rows add up to `total`. */
export function tableOf(tally: Tally, timing: Timing): string {
  const rows: [string, string][] = [
    ['on a ticket', `${tally.onTicket}`],
    ['duplicate', `${tally.duplicates}`],
    ['held', `${tally.held.length}`],
    ['failed', `${tally.failed.length}`],
    ['not a mail', `${tally.notAMail.length}`],
    ...(tally.waiting.size === 0 ? [] : [['still in work', `${tally.waiting.size}`] as [string, string]]),
    ['total', `${tally.total}`],
    ...(tally.acknowledgedEarlier === 0
      ? []
      : [['of these handed in by an earlier start', `${tally.acknowledgedEarlier}`] as [string, string]]),
    ['seconds, handing in', timing.handingInSeconds.toFixed(1)],
    ['seconds, until settled', timing.untilSettledSeconds?.toFixed(1) ?? '-'],
    ['per second, handing in', perSecond(tally.acknowledgedNow, timing.handingInSeconds)],
    ['per second, until settled', perSecond(tally.acknowledgedNow, timing.untilSettledSeconds)],
  ];
  const labels = Math.max(...rows.map(([label]) => label.length));
  const values = Math.max(...rows.map(([, value]) => value.length));
  return rows.map(([label, value]) => colour(label, value, labels, values)).join('\n');
}

/** The mails that need a look, at most twenty of a kind: what failed, what was held, what was no mail. */
export function faultsOf(tally: Tally): string {
  return [
    ...listOf('failed', tally.failed),
    ...listOf('held', tally.held),
    ...listOf('not a mail', tally.notAMail),
  ].join('\n');
}

function perSecond(count: number, seconds: number | null): string {
  return seconds === null || seconds === 0 ? '-' : (count / seconds).toFixed(1);
}

function colour(label: string, value: string, labels: number, values: number): string {
  const line = `  ${label.padEnd(labels)}  ${value.padStart(values)}`;
  if (label === 'total') return styleText('bold', line);
  if (label === 'failed' && value !== '0') return styleText('red', line);
  return label === 'on a ticket' ? styleText('green', line) : line;
}

function listOf(label: string, faults: readonly Fault[]): string[] {
  const lines = faults.slice(0, listedFaults).map(({ where, reason }) => `${label}: ${where}: ${reason}`);
  const more = faults.length - lines.length;
  return more > 0 ? [...lines, `${label}: and ${more} more`] : lines;
}
