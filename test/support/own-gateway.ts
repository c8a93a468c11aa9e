import { choosePorts } from '@smart-tickets/supervisor/ports';
import { eventually } from '@smart-tickets/testing/eventually';
import { spawn } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** A gateway of ours beside the one of a running system. */
export interface OwnGateway {
  /** Its GraphQL endpoint. */
  readonly url: string;
  readonly pid: number;
  stop(): Promise<void>;
}

export interface OwnGatewayOptions {
  /** Of the system whose tokens it takes. */
  readonly dataDir: string;
  readonly internalTokenKey: string;
  /** Where each subgraph takes GraphQL requests. */
  readonly subgraphs: Readonly<Record<string, string>>;
  /** Further configuration. */
  readonly env?: Readonly<Record<string, string>>;
}

const entry = fileURLToPath(new URL('../../gateway/src/main.ts', import.meta.url));

/** Starts it on a free loopback port and resolves when it is ready. */
export async function startOwnGateway(options: OwnGatewayOptions): Promise<OwnGateway> {
  const { dataDir, internalTokenKey, subgraphs, env } = options;
  const [port] = await choosePorts(1);
  const child = spawn(process.execPath, [entry], {
    env: {
      ...process.env,
      PORT: String(port),
      INTERNAL_TOKEN_KEY: internalTokenKey,
      SUBGRAPH_URLS: JSON.stringify(subgraphs),
      BLOB_URL: pathToFileURL(path.join(dataDir, 'blobs')).href,
      JWKS_FILE: path.join(dataDir, 'jwks.json'),
      JWT_ISSUER: 'smart-tickets',
      LOG_LEVEL: 'silent',
      NODE_ENV: 'production',
      // Without it the library that plans queries reports to its vendor.
      APOLLO_TELEMETRY_DISABLED: 'true',
      ...env,
    },
    stdio: 'ignore',
  });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    await ended;
  };
  try {
    await eventually(async () => (await fetch(`http://127.0.0.1:${port}/readyz`)).ok, 30_000);
  } catch (error) {
    await stop();
    throw error;
  }
  return { url: `http://127.0.0.1:${port}/graphql`, pid: child.pid ?? NaN, stop };
}
