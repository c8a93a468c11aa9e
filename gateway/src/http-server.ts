import type { ApolloServer } from '@apollo/server';
import fastifyApollo from '@as-integrations/fastify';
import type { Logger } from '@smart-tickets/kit/logger';
import { requestIdOf } from '@smart-tickets/kit/internal-token';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { OperationTypeNode, type GraphQLError } from 'graphql';
import type { Admission, OperationRequest } from './admission.ts';
import type { Authenticate } from './authenticate.ts';
import { gatewayError, publicError } from './errors.ts';
import type { GatewayContext } from './identity.ts';

/** A mail of 35 MiB in base64 (48 MiB) with room for the operation around it. */
export const largestBodyBytes = 49 * 1024 * 1024;

function send(reply: FastifyReply, status: number, error: GraphQLError): FastifyReply {
  if (status === 401) void reply.header('www-authenticate', 'Bearer');
  return reply.code(status).send({ errors: [publicError(error.toJSON(), reply.request.id)] });
}

const bodyFaults: Readonly<Record<number, { code: string; message: string }>> = {
  400: { code: 'BAD_REQUEST', message: 'The request body is not usable JSON.' },
  413: {
    code: 'PAYLOAD_TOO_LARGE',
    message: `The request body is larger than ${largestBodyBytes / 1024 / 1024} MiB.`,
  },
  415: { code: 'UNSUPPORTED_MEDIA_TYPE', message: 'Send application/json.' },
};

/** The operation in a request as far as it is readable; what is not is left to Apollo, which says why. */
function operationIn(request: FastifyRequest): OperationRequest | undefined {
  const source: unknown = request.method === 'GET' ? request.query : request.body;
  if (typeof source !== 'object' || source === null || !('query' in source)) return undefined;
  if (typeof source.query !== 'string') return undefined;
  const name = 'operationName' in source ? source.operationName : undefined;
  const sent = 'variables' in source ? source.variables : undefined;
  const variables: unknown = typeof sent === 'string' ? jsonOrNothing(sent) : sent;
  return {
    query: source.query,
    operationName: typeof name === 'string' && name !== '' ? name : undefined,
    variables: typeof variables === 'object' && variables !== null ? { ...variables } : {},
  };
}

function jsonOrNothing(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export interface HttpOptions {
  readonly path: string;
  readonly authenticate: Authenticate;
  readonly admission: Admission;
  readonly apollo: ApolloServer<GatewayContext>;
  readonly log: Logger;
  readonly ready: () => boolean;
  /** Prometheus text. */
  readonly metrics: () => Promise<string>;
}

/** The context of every request that has been let in. */
type Contexts = WeakMap<FastifyRequest, GatewayContext>;

/** Answers for what never becomes an operation. Routes take the handlers that are there when they are declared. */
function addFaults(app: FastifyInstance, { path, log }: HttpOptions): void {
  app.setNotFoundHandler((_request, reply) =>
    send(reply, 404, gatewayError('NOT_FOUND', `GraphQL is served at ${path}.`)),
  );
  app.setErrorHandler((error, request, reply) => {
    const status = error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : 500;
    const fault = bodyFaults[status];
    if (fault !== undefined) return send(reply, status, gatewayError(fault.code, fault.message));
    log.error({ err: error, requestId: request.id }, 'request failed');
    return send(
      reply,
      status >= 400 && status < 500 ? status : 500,
      gatewayError('INTERNAL_SERVER_ERROR', ''),
    );
  });
}

/** Refuses strangers before their body is read: they get no 48 MiB of memory. */
function addAuthentication(app: FastifyInstance, options: HttpOptions, contexts: Contexts): void {
  const { path, authenticate, log } = options;
  app.addHook('onRequest', async (request, reply) => {
    void reply.header('x-request-id', request.id);
    if (request.url.split('?')[0] !== path) return undefined;
    const identity = await authenticate(request.headers.authorization);
    if (identity.ok) {
      contexts.set(request, { viewer: identity.value.viewer, requestId: request.id });
      return undefined;
    }
    if (identity.error === 'KEYS_UNREACHABLE') {
      log.error({ requestId: request.id }, 'the key set for tokens cannot be read');
      return send(
        reply,
        503,
        gatewayError('AUTHENTICATION_UNAVAILABLE', 'Tokens cannot be checked just now.'),
      );
    }
    const message =
      identity.error === 'NO_TOKEN' ? 'Send a bearer token.' : 'The token is not valid here or no longer.';
    return send(reply, 401, gatewayError('UNAUTHENTICATED', message));
  });
}

function addAdmission(app: FastifyInstance, admission: Admission, contexts: Contexts): void {
  app.addHook('preHandler', async (request, reply) => {
    const context = contexts.get(request);
    const operation = operationIn(request);
    if (context === undefined || operation === undefined) return undefined;
    const admitted = admission.admit(context.viewer, operation);
    if (!admitted.ok) {
      const { error, status } = admitted.error;
      // Apollo answers broken documents itself, with the status that the client's Accept header calls for.
      return error.extensions['code'] === 'GRAPHQL_PARSE_FAILED' ? undefined : send(reply, status, error);
    }
    if (admitted.value.operation.operation !== OperationTypeNode.SUBSCRIPTION) return undefined;
    const message =
      'Subscriptions need graphql-ws: open a WebSocket here with sub-protocol graphql-transport-ws.';
    return send(reply, 400, gatewayError('SUBSCRIPTION_NEEDS_WEBSOCKET', message));
  });
}

/** The HTTP side: GraphQL by GET and POST at `path`, /livez, /readyz and /metrics. Apollo must have been started. */
export async function createHttpServer(options: HttpOptions): Promise<FastifyInstance> {
  const { path, admission, apollo } = options;
  const contexts: Contexts = new WeakMap();
  const app = Fastify({
    bodyLimit: largestBodyBytes,
    requestTimeout: 300_000,
    forceCloseConnections: 'idle',
    return503OnClosing: true,
    genReqId: (request) => requestIdOf(request.headers['x-request-id']),
  });
  addFaults(app, options);
  addAuthentication(app, options, contexts);
  addAdmission(app, admission, contexts);
  await app.register(fastifyApollo(apollo), {
    path,
    method: ['GET', 'POST'],
    context: (request) => {
      const context = contexts.get(request);
      if (context === undefined) throw new Error('a request came past authentication');
      return Promise.resolve(context);
    },
  });
  app.get('/livez', () => ({ ok: true }));
  app.get('/metrics', async (_request, reply) => reply.type('text/plain').send(await options.metrics()));
  app.get('/readyz', (_request, reply) => {
    const ready = options.ready();
    return reply.code(ready ? 200 : 503).send({ ready, parts: { supergraph: ready } });
  });
  return app;
}
