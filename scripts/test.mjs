/**
 * `npm test [jest arguments]`: all tests, those across processes (*.e2e.test.ts) last and one after the other. The last
 * line is `N passed, N failed`, with `, N skipped` when there are any; a file that could not be run counts as failed.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ensureInstalled } from './lib/install.mjs';
import { fail, runNode } from './lib/run.mjs';

const jest = [
  '--experimental-vm-modules',
  '--disable-warning=ExperimentalWarning',
  'node_modules/jest/bin/jest.js',
];
const rounds = [
  { name: 'units', args: [] },
  { name: 'systems', args: ['--runInBand'] },
];

async function run(round, resultsDirectory, args) {
  const file = path.join(resultsDirectory, `${round.name}.json`);
  const status = await runNode(
    [...jest, ...round.args, '--passWithNoTests', '--json', `--outputFile=${file}`, ...args],
    { TEST_ROUND: round.name },
  );
  try {
    const results = JSON.parse(readFileSync(file, 'utf8'));
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
    return {
      passed: results.numPassedTests,
      // Jest may fail as a whole, by its teardown say, with every test passed.
      failed: failed === 0 && status !== 0 ? 1 : failed,
      skipped: results.numPendingTests + results.numTodoTests,
    };
  } catch {
    return { passed: 0, failed: 1, skipped: 0 };
  }
}

try {
  await ensureInstalled('full');
  const resultsDirectory = mkdtempSync(path.join(tmpdir(), 'smart-tickets-results-'));
  const total = { passed: 0, failed: 0, skipped: 0 };
  try {
    for (const round of rounds) {
      const counts = await run(round, resultsDirectory, process.argv.slice(2));
      for (const kind of Object.keys(total)) total[kind] += counts[kind];
    }
  } finally {
    rmSync(resultsDirectory, { recursive: true, force: true });
  }
  const { passed, failed, skipped } = total;
  process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
  process.stdout.write(`${passed} passed, ${failed} failed${skipped === 0 ? '' : `, ${skipped} skipped`}\n`);
} catch (error) {
  fail(error);
}
