import { ApolloGateway, RemoteGraphQLDataSource } from '@apollo/gateway';
import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { internalTokenHeader, signInternalToken } from '@smart-tickets/kit/internal-token';
import { readFileSync } from 'node:fs';
import type { FloorSettings } from './query-floor-server.ts';

/** @apollo/gateway as its documentation sets it up, on the same subgraphs: standalone server, its own data source and executor. */
const settings = JSON.parse(process.env['FLOOR'] ?? '{}') as FloorSettings;
const addresses: Readonly<Record<string, string | undefined>> = settings.subgraphs;
let token = { text: '', until: 0 };

function internalToken(): string {
  const now = Date.now();
  if (token.until <= now) {
    token = { text: signInternalToken(settings.internalTokenKey, settings.viewer, now), until: now + 30_000 };
  }
  return token.text;
}

const gateway = new ApolloGateway({
  supergraphSdl: readFileSync(new URL('../../supergraph.graphql', import.meta.url), 'utf8'),
  buildService: ({ name }) =>
    new RemoteGraphQLDataSource({
      // The bench's query asks nothing of the others.
      url: addresses[name ?? ''] ?? 'http://127.0.0.1:9/',
      willSendRequest: ({ request }) => {
        request.http?.headers.set(internalTokenHeader, internalToken());
      },
    }),
});
const { url } = await startStandaloneServer(new ApolloServer({ gateway }), {
  listen: { host: '127.0.0.1', port: 0 },
});
process.send?.({ type: 'ready', port: Number(new URL(url).port) });
process.on('disconnect', () => process.exit(0));
