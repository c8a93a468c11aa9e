import { expect, test } from '@jest/globals';
import { randomInt } from 'node:crypto';
import { cutNames } from './soak/cuts.ts';
import { faultsOf, textOf } from './soak/report.ts';
import { soak } from './soak/soak.ts';

/** SEED repeats one run, as far as processes that are killed can be repeated. */
const seed = Number(process.env['SEED'] ?? randomInt(2 ** 31));

test(`every subscriber is told every event once and in order, whatever is cut (SEED=${seed})`, async () => {
  const progress: string[] = [];

  const report = await soak({
    seconds: 25,
    subscribers: 20,
    rate: 20,
    seed,
    tickets: 40,
    cutEveryMs: 1_500,
    mercyMs: 15_000,
    stallMs: 8_000,
    steadySeconds: 0,
    say: (line) => progress.push(line),
  });

  const faults = report.accounts.flatMap(faultsOf);
  if (faults.length > 0) throw new Error([...faults, ...progress, textOf(report)].join('\n'));
  expect(report.log.length).toBeGreaterThan(100);
  expect(report.accounts.reduce((sum, { due }) => sum + due, 0)).toBeGreaterThan(report.log.length);
  // Each kind of cut was made, unless the machine was too slow for all.
  expect(report.cuts.size).toBeGreaterThanOrEqual(cutNames.length - 2);
  expect(report.accounts.every(({ subscriber }) => subscriber.connections > 1)).toBe(true);
}, 400_000);
