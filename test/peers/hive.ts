import { execFile, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** What the server's process is given in its environment, as JSON in HIVE. */
export interface HiveSettings {
  /** Where each subgraph takes GraphQL requests, by its name in the supergraph. */
  readonly subgraphs: Readonly<Record<string, string>>;
  readonly internalTokenKey: string;
  /** Its own planner, or the one of Hive Router by `@graphql-hive/router-runtime`. */
  readonly planner: 'javascript' | 'rust';
}

/** A running Hive Gateway over the committed supergraph; it takes the bearer tokens that ours takes. */
export interface Hive {
  readonly url: string;
  readonly pid: number;
  stop(): void;
}

const startLimitMs = 30_000;

/** Installs test/peers by its lock file, unless it is already. Rejects with npm's words. */
export async function installPeers(): Promise<void> {
  const script = fileURLToPath(new URL('../../scripts/install-peers.mjs', import.meta.url));
  await promisify(execFile)(process.execPath, [script], { timeout: 180_000 });
}

/** Starts it on a free loopback port, in a process that ends with this one. `installPeers` goes before. */
export async function startHive(settings: HiveSettings): Promise<Hive> {
  const child = fork(new URL('hive-server.ts', import.meta.url), {
    env: { PATH: process.env['PATH'], NODE_ENV: 'production', HIVE: JSON.stringify(settings) },
  });
  const stop = (): void => {
    if (child.connected) child.disconnect();
  };
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const timer = setTimeout(() => {
    reject(new Error(`Hive Gateway was not ready within ${startLimitMs} ms`));
  }, startLimitMs);
  child.once('message', (message) => {
    resolve((message as { port: number }).port);
  });
  child.once('error', reject);
  child.once('exit', (code) => {
    reject(new Error(`Hive Gateway ended with status ${code}`));
  });
  try {
    const port = await promise;
    return { url: `http://127.0.0.1:${port}/graphql`, pid: child.pid ?? NaN, stop };
  } catch (error) {
    stop();
    throw error;
  } finally {
    clearTimeout(timer);
  }
}
