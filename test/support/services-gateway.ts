import { openBlobs } from '@smart-tickets/kit/blobs';
import { createLogger } from '@smart-tickets/kit/logger';
import type { Viewer } from '@smart-tickets/kit/internal-token';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createGateway, type GatewayOptions } from '../../gateway/src/app.ts';
import { createAuthenticate } from '../../gateway/src/authenticate.ts';
import { audience, createTestIssuer, issuer } from '../../gateway/src/testing/tokens.ts';
import { composeSupergraph } from '../../scripts/compose-supergraph.ts';
import type { ServiceName, Services } from './services.ts';

const serviceNames: ServiceName[] = ['ticket', 'channel-ingest', 'routing', 'search'];

/** A gateway before services that run in this process. */
export interface ServicesGateway {
  /** Its GraphQL endpoint. */
  readonly url: string;
  readonly port: number;
  /** A bearer token of somebody in the first workspace. */
  tokenOf(role: Viewer['role'], subject: string): Promise<string>;
  stop(): Promise<void>;
}

/** Starts a gateway with the supergraph as it is composed now, on a free loopback port; `settings` go before the usual ones. */
export async function startServicesGateway(
  services: Services,
  settings: Partial<GatewayOptions> = {},
): Promise<ServicesGateway> {
  const folder = mkdtempSync(path.join(tmpdir(), 'smart-tickets-gateway-'));
  const supergraphFile = path.join(folder, 'supergraph.graphql');
  writeFileSync(supergraphFile, composeSupergraph());
  const keys = await createTestIssuer();
  const gateway = await createGateway({
    host: '127.0.0.1',
    port: 0,
    supergraphFile,
    subgraphUrls: Object.fromEntries(serviceNames.map((name) => [name, services.url(name)])),
    internalTokenKey: services.key,
    authenticate: createAuthenticate({ keys: keys.keys, issuer, audience }),
    blobs: openBlobs({ BLOB_URL: services.blobUrl }),
    introspection: true,
    log: createLogger('gateway-test', 'silent'),
    ...settings,
  });
  return {
    url: `http://127.0.0.1:${gateway.port}/graphql`,
    port: gateway.port,
    tokenOf: (role, sub) => keys.token({ ws: services.seed.workspace.id, role, sub }),
    stop: async () => {
      await gateway.stop();
      rmSync(folder, { recursive: true });
    },
  };
}
