import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { ProcessSpec } from './managed-process.ts';
import { tokenAudience, tokenIssuer, type Secrets } from './secrets.ts';
import type { Settings } from './settings.ts';

/** The four services, by their names in the supergraph. */
export const serviceNames = ['ticket', 'channel-ingest', 'routing', 'search'] as const;

/** Ports and connection strings that the parts of one start are told. */
export interface Wiring {
  /** One for each service, in the order of `serviceNames`. */
  readonly ports: readonly number[];
  databaseUrl(database: string): string;
}

/** How to start the services. */
export function serviceSpecs(settings: Settings, secrets: Secrets, wiring: Wiring): ProcessSpec[] {
  return serviceNames.map((name, index) => {
    const port = portAt(wiring, index);
    return {
      name,
      file: path.join(settings.root, 'services', name, 'src', 'main.ts'),
      cwd: settings.root,
      port,
      env: {
        ...inherited(settings),
        HOST: '127.0.0.1',
        PORT: String(port),
        DATABASE_URL: wiring.databaseUrl(name.replaceAll('-', '_')),
        QUEUE_URL: settings.queueUrl ?? wiring.databaseUrl('queue'),
        QUEUE_NAMESPACE: settings.env['QUEUE_NAMESPACE'] ?? secrets.queueNamespace,
        INTERNAL_TOKEN_KEY: secrets.internalTokenKey,
        SUBGRAPH_URLS: subgraphUrls(wiring),
        BLOB_URL: blobUrl(settings),
        SEED_FILE: path.join(settings.dataDir, 'seed.json'),
        DATA_DIR: path.join(settings.dataDir, name),
      },
    };
  });
}

/**
 * How to start the gateway. An outer issuer of tokens (JWKS_URL) takes the place of the built-in one, for which people sign
 * in at the gateway, to the given workspace unless they name another.
 */
export function gatewaySpec(
  settings: Settings,
  secrets: Secrets,
  wiring: Wiring,
  workspaceId: string,
): ProcessSpec {
  const { env } = settings;
  return {
    name: 'gateway',
    file: path.join(settings.root, 'gateway', 'src', 'main.ts'),
    cwd: settings.root,
    port: settings.port,
    env: {
      ...inherited(settings),
      HOST: settings.host,
      PORT: String(settings.port),
      INTERNAL_TOKEN_KEY: secrets.internalTokenKey,
      SUBGRAPH_URLS: subgraphUrls(wiring),
      BLOB_URL: blobUrl(settings),
      ...(env['JWKS_URL'] === undefined
        ? {
            JWKS_FILE: path.join(settings.dataDir, 'jwks.json'),
            SIGN_IN_KEY: JSON.stringify(secrets.signingKey),
            SIGN_IN_WORKSPACE: workspaceId,
          }
        : {}),
      GRAPHIQL: String(settings.graphiql),
      JWT_ISSUER: env['JWT_ISSUER'] ?? tokenIssuer,
      JWT_AUDIENCE: env['JWT_AUDIENCE'] ?? tokenAudience,
    },
  };
}

function portAt(wiring: Wiring, index: number): number {
  const port = wiring.ports[index];
  if (port === undefined) throw new Error(`no port for ${serviceNames[index]}`);
  return port;
}

function subgraphUrls(wiring: Wiring): string {
  return JSON.stringify(
    Object.fromEntries(
      serviceNames.map((name, index) => [name, `http://127.0.0.1:${portAt(wiring, index)}/graphql`]),
    ),
  );
}

// One for all processes: what the gateway takes in, the services find.
function blobUrl(settings: Settings): string {
  return settings.env['BLOB_URL']?.trim() || pathToFileURL(path.join(settings.dataDir, 'blobs')).href;
}

// What npm tells its scripts is not for the services.
function inherited(settings: Settings): Record<string, string | undefined> {
  const own = Object.entries(settings.env).filter(([name]) => !/^npm_|^INIT_CWD$/.test(name));
  return { ...Object.fromEntries(own), NODE_ENV: 'production', APOLLO_TELEMETRY_DISABLED: 'true' };
}
