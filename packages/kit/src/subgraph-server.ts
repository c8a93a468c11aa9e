import { ApolloServer, HeaderMap, type ApolloServerPlugin } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import { buildSubgraphSchema } from '@apollo/subgraph';
import fastifyApollo from '@as-integrations/fastify';
import Fastify, { type FastifyInstance } from 'fastify';
import { GraphQLError, parse, type GraphQLSchema } from 'graphql';
import { CloseCode } from 'graphql-ws';
import { useServer } from 'graphql-ws/use/ws';
import { readFileSync } from 'node:fs';
import { WebSocketServer } from 'ws';
import { compilingGateway } from './compiled-operations.ts';
import {
  internalTokenHeader,
  internalTokenVerifier,
  requestIdHeader,
  requestIdOf,
  type Viewer,
} from './internal-token.ts';
import { legacyStatus } from './legacy-status.ts';
import type { Logger } from './logger.ts';
import { subscribeAhead } from './subscribe-ahead.ts';

/** What every resolver is given: who asks, the id of the request, and the service's own parts. */
export interface RequestContext {
  readonly viewer: Viewer;
  readonly requestId: string;
}

export interface SubgraphOptions<C extends RequestContext> {
  readonly name: string;
  /** Path of the subgraph's SDL file. */
  readonly sdlFile: URL;
  readonly resolvers: object;
  readonly internalTokenKey: string;
  /** Adds the service's own parts; called once for each request and each subscription. */
  readonly context: (base: RequestContext) => C;
  readonly log: Logger;
  /** Largest request body in bytes. */
  readonly bodyLimit?: number;
  /** Adds addresses beside the graph's. They see to it themselves who may use them. */
  readonly routes?: (app: FastifyInstance) => void;
  readonly ready: () => Promise<Record<string, boolean>>;
  readonly metrics?: () => Promise<string>;
}

/** The server that `routes` are added to. */
export type { FastifyInstance } from 'fastify';

export interface SubgraphServer {
  readonly schema: GraphQLSchema;
  /** Listens and returns the port. */
  listen(host: string, port: number): Promise<number>;
  /** Refuses new connections, lets requests in flight end (at most `limitMs`), closes sockets with 1001. */
  close(limitMs?: number): Promise<void>;
}

const socketGraceMs = 1_000;

function unauthenticated(): GraphQLError {
  return new GraphQLError('This subgraph takes requests from the gateway only.', {
    extensions: { code: 'UNAUTHENTICATED', http: { status: 401, headers: new HeaderMap() } },
  });
}

/** Unexpected faults are logged with the request id and leave as INTERNAL_SERVER_ERROR without their text. */
function masking(log: Logger): ApolloServerPlugin<RequestContext> {
  return {
    requestDidStart: () =>
      Promise.resolve({
        didEncounterErrors: ({ errors, contextValue }) => {
          for (const error of errors) {
            if (error.originalError !== undefined && !(error.originalError instanceof GraphQLError)) {
              log.error(
                { err: error.originalError, requestId: contextValue.requestId, path: error.path },
                'resolver failed',
              );
            }
          }
          return Promise.resolve();
        },
      }),
  };
}

/** Builds the server of one subgraph: GraphQL over HTTP and graphql-ws on /graphql, /livez, /readyz and /metrics. */
export async function createSubgraphServer<C extends RequestContext>(
  options: SubgraphOptions<C>,
): Promise<SubgraphServer> {
  const { log, internalTokenKey } = options;
  const schema = buildSubgraphSchema([
    { typeDefs: parse(readFileSync(options.sdlFile, 'utf8')), resolvers: options.resolvers as never },
  ]);
  const app: FastifyInstance = Fastify({
    bodyLimit: options.bodyLimit ?? 1_048_576,
    forceCloseConnections: 'idle',
    requestTimeout: 60_000,
    return503OnClosing: true,
  });

  const apollo = createApollo<C>(schema, log);
  await apollo.start();

  const verify = internalTokenVerifier(internalTokenKey);
  const viewerOf = (token: unknown): Viewer | null => verify(token, Date.now());
  await app.register(fastifyApollo(apollo), {
    path: '/graphql',
    context: (request) => {
      const viewer = viewerOf(request.headers[internalTokenHeader]);
      if (viewer === null) throw unauthenticated();
      return Promise.resolve(
        options.context({ viewer, requestId: requestIdOf(request.headers[requestIdHeader]) }),
      );
    },
  });
  options.routes?.(app);
  app.get('/livez', () => ({ ok: true }));
  let closing = false;
  app.get('/readyz', async (_request, reply) => {
    const parts = closing ? { open: false } : await options.ready();
    const ready = Object.values(parts).every(Boolean);
    return reply.code(ready ? 200 : 503).send({ ready, parts });
  });
  app.get('/metrics', async (_request, reply) =>
    reply.type('text/plain').send((await options.metrics?.()) ?? ''),
  );

  const sockets = serveSockets(app, schema, options, viewerOf);

  return {
    schema,
    async listen(host, port) {
      await app.listen({ host, port });
      const address = app.server.address();
      return typeof address === 'object' && address !== null ? address.port : port;
    },
    async close(limitMs = 5_000) {
      closing = true;
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, limitMs);
      });
      const closed = (async () => {
        await Promise.all([sockets.close(), app.close()]);
        await apollo.stop();
      })();
      await Promise.race([closed.catch(() => undefined), late]);
      clearTimeout(timer);
    },
  };
}

function createApollo<C extends RequestContext>(schema: GraphQLSchema, log: Logger): ApolloServer<C> {
  return new ApolloServer<C>({
    gateway: compilingGateway(schema),
    csrfPrevention: true,
    introspection: true,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    persistedQueries: false,
    logger: log,
    plugins: [
      masking(log),
      legacyStatus(),
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginInlineTraceDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginSchemaReportingDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
    ],
    formatError: (formatted, error) => maskError(formatted, error),
  });
}

/** Serves graphql-ws on the same port and path. Closing says 1001 to every socket, and ends those that do not answer. */
function serveSockets<C extends RequestContext>(
  app: FastifyInstance,
  schema: GraphQLSchema,
  options: SubgraphOptions<C>,
  viewerOf: (token: unknown) => Viewer | null,
): { close(): Promise<void> } {
  const { log } = options;
  const sockets = new WebSocketServer({ noServer: true, maxPayload: 256 * 1024, perMessageDeflate: false });
  const socketServer = useServer<Record<string, unknown>, { viewer?: Viewer }>(
    {
      schema,
      subscribe: subscribeAhead,
      connectionInitWaitTimeout: 3_000,
      onConnect: (ctx) => {
        const viewer = viewerOf(ctx.connectionParams?.[internalTokenHeader]);
        if (viewer === null) {
          ctx.extra.socket.close(CloseCode.Forbidden, 'Forbidden');
          return false;
        }
        ctx.extra.viewer = viewer;
        return true;
      },
      context: (ctx) => {
        if (ctx.extra.viewer === undefined) throw unauthenticated();
        return options.context({
          viewer: ctx.extra.viewer,
          requestId: requestIdOf(ctx.connectionParams?.[requestIdHeader]),
        });
      },
      onError: (_ctx, _id, _payload, errors) => errors.map((error) => maskSocketError(error, log).toJSON()),
      onNext: (_ctx, _id, _payload, _args, result) =>
        result.errors === undefined
          ? undefined
          : {
              // Only a refused subscription has no data at all; the gateway tells it from a failed event by that.
              ...(result.data === undefined ? {} : { data: result.data }),
              errors: result.errors.map((error) => maskSocketError(error, log).toJSON()),
            },
    },
    sockets,
  );
  app.server.on('upgrade', (request, socket, head) => {
    socket.on('error', () => undefined);
    if (request.url !== '/graphql') {
      socket.destroy();
      return;
    }
    sockets.handleUpgrade(request, socket, head, (ws) => {
      // An over-long frame emits 'error'; without a listener it would end the process.
      ws.on('error', (error) => {
        log.warn({ err: error }, 'socket error');
      });
      sockets.emit('connection', ws, request);
    });
  });
  return {
    async close() {
      // A peer that does not answer the close would hold the server open for half a minute.
      const impatience = setTimeout(() => {
        for (const socket of sockets.clients) socket.terminate();
      }, socketGraceMs);
      for (const socket of sockets.clients) socket.close(1001, 'Going away');
      await socketServer.dispose();
      clearTimeout(impatience);
    },
  };
}

const clientCodes = new Set([
  'BAD_USER_INPUT',
  'CURSOR_EXPIRED',
  'FORBIDDEN',
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'LIMIT_EXCEEDED',
  'UNAUTHENTICATED',
]);

function maskError<F extends { extensions?: Record<string, unknown> }>(
  formatted: F & { message: string; path?: readonly (string | number)[] },
  error: unknown,
): F & { message: string } {
  const code = formatted.extensions?.['code'];
  const unexpected =
    error instanceof GraphQLError
      ? error.originalError !== undefined && !(error.originalError instanceof GraphQLError)
      : true;
  if (!unexpected || (typeof code === 'string' && clientCodes.has(code))) return formatted;
  return {
    ...formatted,
    message: 'Something went wrong on our side; it has been logged.',
    extensions: { code: 'INTERNAL_SERVER_ERROR' },
  };
}

function maskSocketError(error: GraphQLError | { message: string }, log: Logger): GraphQLError {
  if (!(error instanceof GraphQLError)) return new GraphQLError(error.message);
  if (error.originalError === undefined || error.originalError instanceof GraphQLError) return error;
  log.error({ err: error.originalError, path: error.path }, 'subscription failed');
  return new GraphQLError('Something went wrong on our side; it has been logged.', {
    ...(error.path === undefined ? {} : { path: error.path }),
    extensions: { code: 'INTERNAL_SERVER_ERROR' },
  });
}
