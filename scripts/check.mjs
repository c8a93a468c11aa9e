/** `npm run check`: format, lint, types, and that generated files are current. Runs all of them, then sums up. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { ensureInstalled } from './lib/install.mjs';
import { root } from './lib/paths.mjs';
import { fail, runNode } from './lib/run.mjs';

const bin = (name) => path.join('node_modules', name);
const steps = [
  { name: 'format', args: [bin('prettier/bin/prettier.cjs'), '--check', '--log-level=warn', '.'] },
  { name: 'lint', args: [bin('oxlint/bin/oxlint'), '--type-aware'] },
  { name: 'types', args: [bin('typescript/bin/tsc'), '--noEmit', '-p', 'tsconfig.json'] },
  { name: 'supergraph is current', args: ['scripts/compose-supergraph.ts', '--check'] },
  { name: 'breaking changes of the API are named', args: ['scripts/schema-changes.ts'] },
  { name: 'generated types are current', args: ['scripts/generate-resolver-types.ts', '--check'] },
];

try {
  await ensureInstalled('full');
  const summary = [];
  for (const { name, args } of steps) {
    if (args[0].startsWith('scripts/') && !existsSync(path.join(root, args[0]))) continue;
    summary.push({ name, ok: (await runNode(args)) === 0 });
  }
  process.stdout.write('\n');
  for (const { name, ok } of summary) process.stdout.write(`${ok ? 'ok     ' : 'FAILED '} ${name}\n`);
  process.exitCode = summary.every(({ ok }) => ok) ? 0 : 1;
} catch (error) {
  fail(error);
}
