/** `npm start`: installs what is missing, then runs everything until Ctrl-C. Needs nothing but Node 20 and npm. */
import { ensureInstalled } from './lib/install.mjs';
import { become, fail } from './lib/run.mjs';

try {
  await ensureInstalled('prod');
  become(['packages/supervisor/src/main.ts', ...process.argv.slice(2)]);
} catch (error) {
  fail(error);
}
