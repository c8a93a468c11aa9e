import type { ApolloServer } from '@apollo/server';
import fastifyApollo from '@as-integrations/fastify';
import cors from '@fastify/cors';
import type { Logger } from '@smart-tickets/kit/logger';
import { requestIdOf, type Viewer } from '@smart-tickets/kit/internal-token';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { OutgoingHttpHeaders } from 'node:http';
import { Transform } from 'node:stream';
import { OperationTypeNode, type GraphQLError, type GraphQLSchema } from 'graphql';
import type { Admission, Admitted, OperationRequest } from './admission.ts';
import type { Authenticate } from './authenticate.ts';
import type { Balance } from './budgets.ts';
import { gatewayError, publicError } from './errors.ts';
import { streamFormatOf, type EventStreams } from './event-streams.ts';
import { addFiles, type FileOptions } from './files.ts';
import type { GatewayContext } from './identity.ts';
import { addGraphiQL } from './graphiql.ts';
import { addRating } from './rating.ts';
import { addSignIn, type SignInOptions } from './sign-in.ts';
import { subscriptionFaults } from './subscription-check.ts';
import { hashIn, type TrustedDocuments } from './trusted-documents.ts';

/** A mail of 35 MiB in base64 (48 MiB) with room for the operation around it. */
export const largestBodyBytes = 49 * 1024 * 1024;
/** Of requests that are for no operation. */
const largestOtherBytes = 64 * 1024;
/** Only connectors hand mails in. */
const largestByRole: Readonly<Record<Viewer['role'], number>> = {
  CONNECTOR: largestBodyBytes,
  ADMIN: 8 * 1024 * 1024,
  AGENT: 8 * 1024 * 1024,
  VIEWER: 1024 * 1024,
  CUSTOMER: largestOtherBytes,
};

function send(reply: FastifyReply, status: number, error: GraphQLError): FastifyReply {
  if (status === 401) void reply.header('www-authenticate', 'Bearer');
  return reply.code(status).send({ errors: [publicError(error.toJSON(), reply.request.id)] });
}

const bodyFaults: Readonly<Record<number, { code: string; message: string }>> = {
  400: { code: 'BAD_REQUEST', message: 'The request body is not usable JSON.' },
  413: {
    code: 'PAYLOAD_TOO_LARGE',
    message: `The request body is larger than ${largestBodyBytes / 1024 / 1024} MiB, or than what is taken at this address.`,
  },
  415: { code: 'UNSUPPORTED_MEDIA_TYPE', message: 'Send application/json.' },
};

/** The operation in a request as far as it is readable; what is not is left to Apollo, which says why. */
function operationIn(request: FastifyRequest): OperationRequest | undefined {
  const source: unknown = request.method === 'GET' ? parametersIn(request.url) : request.body;
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

/** A URL's parameters, read as Apollo reads them: what is measured must be what is run. */
function parametersIn(url: string): Record<string, string> {
  return Object.fromEntries(new URL(url, 'http://gateway').searchParams);
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
  /** Origins of other sites whose pages may read answers, beside the gateway's own. */
  readonly allowedOrigins: readonly string[];
  readonly trusted: TrustedDocuments | undefined;
  readonly streams: EventStreams;
  readonly schema: () => GraphQLSchema;
  readonly introspection: boolean;
  readonly files: Omit<FileOptions, 'log'>;
  /** Whether /graphiql is there. */
  readonly graphiql: boolean;
  /** Signing in at the gateway itself; not there when left out. */
  readonly signIn: Omit<SignInOptions, 'log' | 'allowedOrigins'> | undefined;
  /** Proxies that are believed when they say where a request comes from. */
  readonly trustedProxies: readonly string[];
  readonly log: Logger;
  readonly ready: () => boolean;
  /** Prometheus text. */
  readonly metrics: () => Promise<string>;
}

/** The context of every request that has been let in. */
type Contexts = WeakMap<FastifyRequest, RequestContext>;
interface RequestContext extends GatewayContext {
  readonly expiresAtMs: number;
}

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
function addAuthentication(graph: FastifyInstance, options: HttpOptions, contexts: Contexts): void {
  const { authenticate, log } = options;
  graph.addHook('onRequest', async (request, reply) => {
    // No client sends a fragment; what stands behind it would be read by one part of the gateway and not by another.
    if (request.url.includes('#'))
      return send(reply, 400, gatewayError('BAD_REQUEST', 'The URL has a fragment.'));
    const identity = await authenticate(request.headers.authorization);
    if (identity.ok) {
      const { viewer, expiresAtMs } = identity.value;
      contexts.set(request, { viewer, requestId: request.id, expiresAtMs });
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

/** Ends a body at the size that its sender's role may send; it is not read to its end to be refused. */
function addBodyLimits(graph: FastifyInstance, contexts: Contexts): void {
  graph.addHook('preParsing', async (request, _reply, payload) => {
    const role = contexts.get(request)?.viewer.role;
    const largest = role === undefined ? 0 : largestByRole[role];
    if (Number(request.headers['content-length'] ?? 0) > largest) throw tooLarge();
    // Node reads no more than was announced; only a body in chunks has to be counted.
    if (request.headers['transfer-encoding'] === undefined || largest >= largestBodyBytes) return payload;
    let seen = 0;
    const counted = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        seen += chunk.length;
        done(seen > largest ? tooLarge() : null, chunk);
      },
    });
    return payload.pipe(counted);
  });
}

function tooLarge(): Error {
  return Object.assign(new Error('the body is too large'), { statusCode: 413 });
}

/** Puts the text of a trusted document where a request names it by its hash alone. */
function completeDocument(request: FastifyRequest, trusted: TrustedDocuments | undefined): void {
  const { body } = request;
  if (trusted === undefined || typeof body !== 'object' || body === null || 'query' in body) return;
  const text = trusted.textOf({ hash: hashIn(body) });
  request.body = { ...body, extensions: {}, query: text.ok ? text.value : '' };
}

function addAdmission(graph: FastifyInstance, options: HttpOptions, contexts: Contexts): void {
  const { admission } = options;
  graph.addHook('preHandler', async (request, reply) => {
    completeDocument(request, options.trusted);
    const context = contexts.get(request);
    const operation = operationIn(request);
    if (context === undefined || operation === undefined) return undefined;
    const admitted = admission.admit(context.viewer, operation);
    if (!admitted.ok) {
      const { error, status, balance } = admitted.error;
      if (balance !== undefined) tellBalance(reply, balance);
      // Apollo answers broken documents itself, with the status that the client's Accept header calls for.
      return error.extensions['code'] === 'GRAPHQL_PARSE_FAILED' ? undefined : send(reply, status, error);
    }
    const { balance } = admitted.value;
    tellBalance(reply, balance);
    contexts.set(request, { ...context, balance });
    if (admitted.value.operation.operation !== OperationTypeNode.SUBSCRIPTION) return undefined;
    return serveSubscription(options, request, reply, { ...operation, ...admitted.value }, context);
  });
}

/** Source: the IETF draft of RateLimit header fields for HTTP (draft-ietf-httpapi-ratelimit-headers-10). */
function tellBalance(reply: FastifyReply, { allowed, limit, remaining, resetSeconds }: Balance): void {
  void reply.header('ratelimit-policy', `"cost";q=${limit};w=60`);
  void reply.header('ratelimit', `"cost";r=${remaining};t=${resetSeconds}`);
  if (!allowed) void reply.header('retry-after', String(resetSeconds));
}

/** Answers a subscription over HTTP in the way that its Accept header asks for. */
function serveSubscription(
  options: HttpOptions,
  request: FastifyRequest,
  reply: FastifyReply,
  operation: OperationRequest & Admitted,
  { expiresAtMs, ...context }: RequestContext,
): FastifyReply {
  const format = streamFormatOf(request.headers.accept);
  if (format === undefined) {
    const message =
      'Subscriptions need graphql-ws (a WebSocket here with sub-protocol graphql-transport-ws), or Accept: ' +
      'text/event-stream, or Accept: multipart/mixed;subscriptionSpec=1.0.';
    return send(reply, 406, gatewayError('SUBSCRIPTION_NEEDS_STREAM', message));
  }
  const faults = subscriptionFaults(options.schema(), operation, operation.variables, options.introspection);
  if (faults.length > 0) {
    return reply.code(400).send({ errors: faults.map((fault) => publicError(fault.toJSON(), request.id)) });
  }
  if (!options.streams.mayOpen(context.viewer)) {
    const message = 'You have too many subscriptions open over HTTP; close some.';
    return send(reply, 429, gatewayError('LIMIT_EXCEEDED', message));
  }
  // What hooks have put on the reply (CORS, the budget) would be lost with it.
  const headers = reply.getHeaders() as OutgoingHttpHeaders;
  reply.hijack();
  options.streams.serve(reply.raw, headers, format, { ...operation, context }, expiresAtMs);
  return reply;
}

/** The HTTP side: GraphQL by GET and POST at `path`, /livez, /readyz and /metrics. Apollo must have been started. */
export async function createHttpServer(options: HttpOptions): Promise<FastifyInstance> {
  const { path, apollo } = options;
  const contexts: Contexts = new WeakMap();
  const app = Fastify({
    bodyLimit: largestOtherBytes,
    trustProxy: options.trustedProxies.length > 0 ? [...options.trustedProxies] : false,
    requestTimeout: 300_000,
    forceCloseConnections: 'idle',
    return503OnClosing: true,
    genReqId: (request) => requestIdOf(request.headers['x-request-id']),
  });
  addFaults(app, options);
  if (options.allowedOrigins.length > 0) {
    await app.register(cors, {
      origin: [...options.allowedOrigins],
      methods: ['GET', 'POST', 'PUT'],
      allowedHeaders: ['authorization', 'content-type', 'accept', 'x-request-id'],
      exposedHeaders: ['ratelimit', 'ratelimit-policy', 'retry-after', 'x-request-id'],
      maxAge: 600,
    });
  }
  app.addHook('onRequest', async (request, reply) => {
    void reply.header('x-request-id', request.id);
  });
  // A scope of its own: its hooks run for this route however its address is written, and for no other.
  await app.register(async (graph) => {
    graph.addHook('onRoute', (route) => {
      route.bodyLimit = largestBodyBytes;
    });
    addAuthentication(graph, options, contexts);
    addBodyLimits(graph, contexts);
    addAdmission(graph, options, contexts);
    await graph.register(fastifyApollo(apollo), {
      path,
      method: ['GET', 'POST'],
      context: (request) => {
        const context = contexts.get(request);
        if (context === undefined) throw new Error('a request came past authentication');
        return Promise.resolve(context);
      },
    });
  });
  addFiles(app, { ...options.files, log: options.log });
  addRating(app, { apollo, internalTokenKey: options.files.internalTokenKey, log: options.log });
  if (options.graphiql) addGraphiQL(app);
  if (options.signIn !== undefined) {
    addSignIn(app, { ...options.signIn, allowedOrigins: options.allowedOrigins, log: options.log });
  }
  app.get('/livez', () => ({ ok: true }));
  app.get('/metrics', async (_request, reply) => reply.type('text/plain').send(await options.metrics()));
  app.get('/readyz', (_request, reply) => {
    const ready = options.ready();
    return reply.code(ready ? 200 : 503).send({ ready, parts: { supergraph: ready } });
  });
  return app;
}
