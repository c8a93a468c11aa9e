import { openBlobs } from '@smart-tickets/kit/blobs';
import { createLogger } from '@smart-tickets/kit/logger';
import { createClient, type Client, type ClientOptions } from 'graphql-ws';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { WebSocket } from 'ws';
import { createGateway, type Gateway, type GatewayOptions } from '../app.ts';
import { createAuthenticate } from '../authenticate.ts';
import { internalTokenKey, startTestGraph, type TestGraph } from './graph.ts';
import { audience, createTestIssuer, issuer, type TestIssuer, type TokenClaims } from './tokens.ts';

/** The answer to one HTTP request, its body read as JSON; what it cost is kept apart. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly extensions: { readonly cost: Record<string, number> } | undefined;
  readonly body: {
    readonly data?: Record<string, unknown> | null;
    readonly errors?: readonly { message: string; path?: unknown[]; extensions?: Record<string, unknown> }[];
  };
}

/** A gateway over three real subgraphs, with an issuer of its own. */
export interface Harness {
  readonly graph: TestGraph;
  readonly gateway: Gateway;
  readonly issuer: TestIssuer;
  readonly url: string;
  readonly socketUrl: string;
  /** Sends one operation with an agent's token, or the token given. */
  ask(query: string, variables?: Record<string, unknown>, token?: string): Promise<Answer>;
  post(body: string, headers: Record<string, string>): Promise<Answer>;
  client(claims?: TokenClaims, options?: Partial<ClientOptions>): Client;
  close(): Promise<void>;
}

/** Starts everything. `close` ends it. */
export async function startHarness(
  optionsOf: (graph: TestGraph) => Partial<GatewayOptions> = () => ({}),
): Promise<Harness> {
  const graph = await startTestGraph();
  const testIssuer = await createTestIssuer();
  const folder = mkdtempSync(join(tmpdir(), 'gateway-files-'));
  const gateway = await createGateway({
    host: '127.0.0.1',
    port: 0,
    supergraphFile: graph.supergraphFile,
    subgraphUrls: graph.urls,
    internalTokenKey,
    authenticate: createAuthenticate({ keys: testIssuer.keys, issuer, audience }),
    blobs: openBlobs({ BLOB_URL: pathToFileURL(folder).href }),
    introspection: true,
    log: createLogger('gateway-test', 'silent'),
    ...optionsOf(graph),
  }).catch(async (error: unknown) => {
    await graph.close();
    throw error;
  });
  const url = `http://127.0.0.1:${gateway.port}/graphql`;
  const socketUrl = url.replace('http', 'ws');
  const agentToken = await testIssuer.token();
  const post = async (sent: string, headers: Record<string, string>): Promise<Answer> => {
    const response = await fetch(url, { method: 'POST', body: sent, headers });
    const { extensions, ...body } = (await response.json()) as Answer['body'] & Pick<Answer, 'extensions'>;
    return { status: response.status, headers: response.headers, body, extensions };
  };
  return {
    graph,
    gateway,
    issuer: testIssuer,
    url,
    socketUrl,
    post,
    ask: (query, variables, token = agentToken) =>
      post(JSON.stringify({ query, ...(variables === undefined ? {} : { variables }) }), {
        'content-type': 'application/json',
        authorization: `Bearer ${token}`,
      }),
    client: (claims, clientOptions = {}) =>
      createClient({
        url: socketUrl,
        webSocketImpl: WebSocket,
        retryAttempts: 0,
        connectionParams: async () => ({ authorization: `Bearer ${await testIssuer.token(claims)}` }),
        ...clientOptions,
      }),
    close: async () => {
      await gateway.stop();
      await graph.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
