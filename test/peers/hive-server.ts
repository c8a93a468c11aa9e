import { internalTokenHeader, signInternalToken } from '@smart-tickets/kit/internal-token';
import { readFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { HiveSettings } from './hive.ts';
import { viewerOf } from './viewer.ts';

/** What of Hive Gateway is used here; its own types are there only once test/peers is installed. */
interface HiveRuntime {
  readonly createGatewayRuntime: (options: object) => RequestListener & {
    readonly getSchema: () => Promise<unknown>;
  };
}
interface HiveRouter {
  readonly unifiedGraphHandler: unknown;
}

const settings = JSON.parse(process.env['HIVE'] ?? '{}') as HiveSettings;

/** A package of this folder, by a name that the type checker does not follow. */
async function load<T>(name: string): Promise<T> {
  return (await import(name)) as T;
}

const reuseMs = 30_000;
const tokens = new Map<string, { text: string; until: number }>();

/** The token by which subgraphs know the caller. Nobody else is on this loopback port, so that theirs is not checked. */
function internalToken(authorization: string): string {
  const now = Date.now();
  const known = tokens.get(authorization);
  if (known !== undefined && known.until > now) return known.text;
  const text = signInternalToken(
    settings.internalTokenKey,
    viewerOf(authorization.replace(/^Bearer /, '')),
    now,
  );
  tokens.set(authorization, { text, until: now + reuseMs });
  return text;
}

const { createGatewayRuntime } = await load<HiveRuntime>('@graphql-hive/gateway-runtime');
const planner =
  settings.planner === 'rust'
    ? { unifiedGraphHandler: (await load<HiveRouter>('@graphql-hive/router-runtime')).unifiedGraphHandler }
    : {};
const gateway = createGatewayRuntime({
  supergraph: readFileSync(new URL('../../supergraph.graphql', import.meta.url), 'utf8'),
  ...planner,
  transportEntries: Object.fromEntries(
    Object.entries(settings.subgraphs).map(([name, location]) => [name, { location }]),
  ),
  propagateHeaders: {
    fromClientToSubgraphs: ({ request }: { request: Request }) => ({
      [internalTokenHeader]: internalToken(request.headers.get('authorization') ?? ''),
    }),
  },
  logging: false,
  landingPage: false,
  graphiql: false,
});
await gateway.getSchema();
const server = createServer(gateway);
server.listen(0, '127.0.0.1', () => {
  process.send?.({ type: 'ready', port: (server.address() as AddressInfo).port });
});
process.on('disconnect', () => process.exit(0));
