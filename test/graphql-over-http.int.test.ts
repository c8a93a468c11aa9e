import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { internalTokenHeader, signInternalToken } from '@smart-tickets/kit/internal-token';
import { createLogger } from '@smart-tickets/kit/logger';
import { createSubgraphServer, type SubgraphServer } from '@smart-tickets/kit/subgraph-server';
import { serverAudits } from 'graphql-http';
import { resolvers as channelIngest } from '../services/channel-ingest/src/graphql/resolvers/index.ts';
import * as routing from '../services/routing/src/graphql/schema.ts';
import * as search from '../services/search/src/graphql/schema.ts';
import { resolvers as ticket } from '../services/ticket/src/graphql/resolvers/index.ts';

const internalTokenKey = 'an internal key for tests, long enough';
const workspaceId = '0198f3a2-0000-7000-8000-000000000001';
const sdlOf = (path: string): URL => new URL(`../services/${path}`, import.meta.url);
const graphs = {
  ticket: { sdlFile: sdlOf('ticket/src/graphql/ticket.graphql'), resolvers: ticket },
  'channel-ingest': {
    sdlFile: sdlOf('channel-ingest/src/graphql/channel-ingest.graphql'),
    resolvers: channelIngest,
  },
  routing: { sdlFile: routing.sdlFile, resolvers: routing.resolvers },
  search: { sdlFile: search.sdlFile, resolvers: search.resolvers },
};

// The audits ask for type names and for what is broken: nothing behind the resolvers is needed.
describe.each(Object.entries(graphs))(
  'the subgraph %s speaks GraphQL over HTTP:',
  (name, { sdlFile, resolvers }) => {
    let server: SubgraphServer;
    let url: string;
    beforeAll(async () => {
      server = await createSubgraphServer({
        name,
        sdlFile,
        resolvers,
        internalTokenKey,
        context: (base) => base,
        log: createLogger(name, 'silent'),
        ready: () => Promise.resolve({}),
      });
      url = `http://127.0.0.1:${await server.listen('127.0.0.1', 0)}/graphql`;
    });
    afterAll(() => server.close(500));

    test.each(serverAudits({ url: 'http://unused' }).map((audit) => [audit.id, audit.name]))(
      '%s %s',
      async (id) => {
        const viewer = { workspaceId, role: 'AGENT', subject: 'agent-1', generation: null } as const;
        const audit = serverAudits({
          url,
          fetchFn: (input: string, init: RequestInit = {}) => {
            const headers = new Headers(init.headers);
            headers.set(internalTokenHeader, signInternalToken(internalTokenKey, viewer, Date.now()));
            // What is asked by GET without it is refused on purpose: a browser would send it for any page (5A70, D6D5, 6A70).
            headers.set('apollo-require-preflight', 'true');
            return fetch(input, { ...init, headers });
          },
        }).find((one) => one.id === id);

        const result = await audit?.fn();

        expect([result?.status, result !== undefined && 'reason' in result ? result.reason : '']).toEqual([
          'ok',
          '',
        ]);
      },
    );
  },
);

describe('fault 28: a subgraph that is called directly', () => {
  test.each(Object.entries(graphs))(
    'answers nothing without the gateway’s token: %s',
    async (name, graph) => {
      const server = await createSubgraphServer({
        name,
        sdlFile: graph.sdlFile,
        resolvers: graph.resolvers,
        internalTokenKey,
        context: (base) => base,
        log: createLogger(name, 'silent'),
        ready: () => Promise.resolve({}),
      });
      const url = `http://127.0.0.1:${await server.listen('127.0.0.1', 0)}/graphql`;
      const viewer = { workspaceId, role: 'ADMIN', subject: 'x', generation: null } as const;
      const forged = signInternalToken('another key, as long as it should be', viewer, Date.now());
      const ended = signInternalToken(internalTokenKey, viewer, Date.now() - 120_000);
      const answers: number[] = [];
      for (const token of [undefined, 'x', forged, ended]) {
        for (const query of ['{ _service { sdl } }', '{ _entities(representations: []) { __typename } }']) {
          const response = await fetch(url, {
            method: 'POST',
            headers: {
              'content-type': 'application/json',
              authorization: 'Bearer x',
              ...(token === undefined ? {} : { [internalTokenHeader]: token }),
            },
            body: JSON.stringify({ query }),
          });
          expect(await response.text()).not.toContain('"data":{');
          answers.push(response.status);
        }
      }
      await server.close(500);

      expect(answers).toEqual(Array.from({ length: 8 }, () => 401));
    },
  );
});
