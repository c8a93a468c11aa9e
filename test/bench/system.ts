import { clusterUrl } from '@smart-tickets/supervisor/embedded-postgres';
import { startSystem, type RunningSystem } from '@smart-tickets/testing/processes';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { viewerOf } from '../peers/viewer.ts';
import { Client } from './client.ts';
import type { FloorSettings } from './query-floor-server.ts';

/** The system under measurement, with what the floors need to do the same work beside it. */
export interface BenchSystem {
  readonly url: string;
  readonly dataDir: string;
  readonly agentToken: string;
  readonly agent: Client;
  /** A connector of the API channel. */
  readonly connector: Client;
  /** A connector of the EMAIL channel. */
  readonly mailConnector: Client;
  readonly ticketUrl: string;
  readonly gatewayPid: number;
  readonly floor: FloorSettings;
  /** Once, however often it is called. */
  stop(): Promise<void>;
}

/** Starts the system as `npm start` does, in a data directory of its own that ends with it. */
export async function startBenchSystem(): Promise<BenchSystem> {
  // One log line less for each request than `info` would write; the bench is no reader of logs.
  const system = await startSystem({ env: { LOG_LEVEL: 'warn' } });
  try {
    return partsOf(system);
  } catch (error) {
    await system.stop();
    throw error;
  }
}

function partsOf(system: RunningSystem): BenchSystem {
  const { url, tokens } = system;
  const secrets = JSON.parse(readFileSync(path.join(system.dataDir, 'secrets.json'), 'utf8')) as {
    internalTokenKey: string;
    databasePassword: string;
  };
  const outside = process.env['DATABASE_HOST_URL'];
  const ticketUrl =
    outside === undefined || outside === ''
      ? clusterUrl(present(system.port('postgres'), 'postgres'), secrets.databasePassword, 'ticket')
      : new URL('/ticket', outside).href;
  const subgraph = (name: keyof FloorSettings['subgraphs']): string =>
    `http://127.0.0.1:${present(system.port(name), name)}/graphql`;
  const agent = new Client(url, { authorization: `Bearer ${tokens.agent}` }, 16);
  const connectorOf = (kind: string): Client =>
    new Client(url, { authorization: `Bearer ${tokens.channels[kind] ?? ''}` }, 16);
  const [connector, mailConnector] = [connectorOf('API'), connectorOf('EMAIL')];
  let stopping: Promise<void> | undefined;
  const stopAll = async (): Promise<void> => {
    await agent.close();
    await connector.close();
    await mailConnector.close();
    await system.stop();
  };
  return {
    url,
    dataDir: system.dataDir,
    agentToken: tokens.agent,
    agent,
    connector,
    mailConnector,
    ticketUrl,
    gatewayPid: present(system.pid('gateway'), 'gateway'),
    floor: {
      subgraphs: {
        ticket: subgraph('ticket'),
        routing: subgraph('routing'),
        'channel-ingest': subgraph('channel-ingest'),
        search: subgraph('search'),
      },
      internalTokenKey: secrets.internalTokenKey,
      viewer: viewerOf(tokens.agent),
    },
    stop: () => (stopping ??= stopAll()),
  };
}

function present(value: number | null, name: string): number {
  if (value === null) throw new Error(`${name} does not run`);
  return value;
}
