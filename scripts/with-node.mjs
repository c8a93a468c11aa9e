/** `node scripts/with-node.mjs prod|dev script.ts …`: runs a script of the project under the pinned Node. */
import { ensureInstalled } from './lib/install.mjs';
import { fail, runNode } from './lib/run.mjs';

const [scope, script, ...args] = process.argv.slice(2);
try {
  if ((scope !== 'prod' && scope !== 'dev') || script === undefined) {
    throw new Error('usage: node scripts/with-node.mjs prod|dev script.ts …');
  }
  await ensureInstalled(scope === 'prod' ? 'prod' : 'full');
  process.exitCode = await runNode([script, ...args]);
} catch (error) {
  fail(error);
}
