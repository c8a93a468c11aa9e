import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** Root of the checkout. */
export const root = fileURLToPath(new URL('../..', import.meta.url));

const neededMajor = 26;

/**
 * The Node that the project is pinned to, from the package `node`; the running one where that is new enough and the
 * package's program is absent (its install script may have been forbidden).
 */
export function pinnedNode() {
  const name = process.platform === 'win32' ? 'node.exe' : 'node';
  const pinned = path.join(root, 'node_modules', 'node', 'bin', name);
  if (existsSync(pinned)) return pinned;
  if (Number(process.versions.node.split('.')[0]) >= neededMajor) return process.execPath;
  throw new Error(
    `Node ${neededMajor} is needed, and npm has not installed it (are install scripts switched off?). ` +
      `Run: npm ci --ignore-scripts=false   or use Node ${neededMajor} yourself.`,
  );
}
