import type { GraphQLDataSource } from '@apollo/gateway';
import type { BlobStore } from '@smart-tickets/kit/blob-store';
import type { Logger } from '@smart-tickets/kit/logger';
import type { Running } from '@smart-tickets/kit/process';
import type { GraphQLSchema } from 'graphql';
import { randomUUID } from 'node:crypto';
import { Admission } from './admission.ts';
import type { Authenticate } from './authenticate.ts';
import { Budgets } from './budgets.ts';
import { createApollo } from './apollo.ts';
import { SubgraphSource, type Reply } from './data-source.ts';
import { EventStreams } from './event-streams.ts';
import { createHttpServer } from './http-server.ts';
import { InternalTokens } from './identity.ts';
import { defaultLimits, type Limits } from './limits.ts';
import { createMetrics, type Counts } from './metrics.ts';
import { SharedReads } from './shared-reads.ts';
import type { SignInOptions } from './sign-in.ts';
import { createSignToken, type SignInKey } from './sign-in-tokens.ts';
import { useCompiledPlans } from './plan/compiled-executor.ts';
import { loadedGraphOf } from './plan/loaded-graph.ts';
import { createSocketServer } from './socket-server.ts';
import { SubscriptionPlanner } from './subscription-plan.ts';
import { SubscriptionHub } from './subscriptions.ts';
import type { Scanner } from './scanner.ts';
import { createSupergraphGateway } from './supergraph.ts';
import type { TrustedDocuments } from './trusted-documents.ts';
import { createOpenUpstream } from './upstream.ts';

export interface GatewayOptions {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly supergraphFile: string;
  /** Where each subgraph of the supergraph takes GraphQL over HTTP; graphql-ws is expected at the same address. */
  readonly subgraphUrls: Readonly<Record<string, string>>;
  readonly internalTokenKey: string;
  readonly authenticate: Authenticate;
  /** Where files are taken to and given from. */
  readonly blobs: BlobStore;
  /** Scans files; without it they are not scanned. */
  readonly scanner?: Scanner;
  readonly introspection: boolean;
  /** Origins of other sites whose pages may read answers and open sockets. */
  readonly allowedOrigins?: readonly string[];
  /** The only documents that are taken; all when left out. */
  readonly trusted?: TrustedDocuments;
  /** Points that a caller may spend in a minute; an operation costs the objects that its answer can hold. */
  readonly costPerMinute?: number;
  /** Sockets that one caller may have open, and subscriptions over plain HTTP. */
  readonly socketsPerCaller?: number;
  readonly limits?: Partial<Limits>;
  /** What runs query plans: `compiled` unless told otherwise; `stock` is Apollo's own executor, for comparison. */
  readonly executor?: 'compiled' | 'stock';
  /** Whether GraphiQL is served at /graphiql. */
  readonly graphiql?: boolean;
  /** How agents sign in at the gateway itself, and where the passwords are kept; left out, nobody does. */
  readonly signIn?: SignInKey & { readonly subgraph: string; readonly workspaceId?: string | undefined };
  /** Addresses and networks of proxies whose `X-Forwarded-For` is believed. */
  readonly trustedProxies?: readonly string[];
  readonly log: Logger;
  /** Waiting time for `connection_init` on a socket. */
  readonly initTimeoutMs?: number;
  /** Limit for a subgraph's answer. */
  readonly subgraphTimeoutMs?: number;
  /** How long a read of a subgraph can be joined by those who ask for the same; 0 shares nothing. */
  readonly sharedReadMs?: number;
  /** Unsent bytes at which a socket counts as too slow. */
  readonly mostBufferedBytes?: number;
}

export interface Gateway extends Running {
  readonly port: number;
  counts(): Counts;
  /** Requests to subgraphs that were spared since the start, because the same was being asked already. */
  sharedReads(): number;
  /** Not ready from now on; requests in flight end, sockets are closed with 1001; takes less than 10 s. */
  stop(): Promise<void>;
}

const path = '/graphql';
/** Some ten pages of 50 tickets with all about them, each second. */
export const defaultCostPerMinute = 600_000;
const defaultSocketsPerCaller = 1_000;
const stopLimitMs = 8_000;

/** One data source per subgraph, kept over reloads of the supergraph. */
class Sources {
  readonly all: Record<string, SubgraphSource> = Object.create(null) as Record<string, SubgraphSource>;
  readonly reads: SharedReads<Reply>;
  #options: GatewayOptions;
  #tokens: InternalTokens;

  constructor(options: GatewayOptions, tokens: InternalTokens) {
    this.#options = options;
    this.#tokens = tokens;
    this.reads = new SharedReads(options.sharedReadMs);
  }

  url(name: string): string {
    const url = this.#options.subgraphUrls[name];
    if (url === undefined) throw new Error(`SUBGRAPH_URLS does not say where subgraph "${name}" is`);
    return url;
  }

  of(name: string): GraphQLDataSource {
    const { log, subgraphTimeoutMs } = this.#options;
    const timeout = subgraphTimeoutMs === undefined ? {} : { timeoutMs: subgraphTimeoutMs };
    this.all[name] ??= new SubgraphSource({
      name,
      url: this.url(name),
      tokens: this.#tokens,
      reads: this.reads,
      log,
      ...timeout,
    });
    return this.all[name];
  }

  async close(): Promise<void> {
    await Promise.all(Object.values(this.all).map((source) => source.close()));
  }
}

/** The loaded graph and what runs on it. */
async function loadGraph(options: GatewayOptions, tokens: InternalTokens, sources: Sources) {
  const { log, introspection, supergraphFile } = options;
  const gateway = createSupergraphGateway({
    file: supergraphFile,
    sourceOf: (name) => sources.of(name),
    log,
  });
  const loaded = loadedGraphOf(gateway);
  const compiled = options.executor !== 'stock';
  if (compiled) useCompiledPlans(gateway, loaded, (name) => sources.all[name]);
  let current: GraphQLSchema | undefined;
  gateway.onSchemaLoadOrUpdate(({ apiSchema }) => {
    current = apiSchema;
  });
  const schema = (): GraphQLSchema => {
    if (current === undefined) throw new Error('the supergraph is not loaded');
    return current;
  };
  const apollo = createApollo({ gateway, introspection, log });
  try {
    await apollo.start();
  } catch (error) {
    await sources.close();
    throw error;
  }
  const hub = new SubscriptionHub({
    planner: new SubscriptionPlanner({ loaded, sources: () => sources.all, compiled, log }),
    openUpstream: createOpenUpstream(tokens, log),
    socketUrlOf: (name) => sources.url(name).replace(/^http/, 'ws'),
    changed: (workspaceId) => {
      sources.reads.close(workspaceId);
    },
    log,
  });
  const limits = { ...defaultLimits, ...options.limits };
  const budgets = new Budgets(options.costPerMinute ?? defaultCostPerMinute);
  return { apollo, schema, hub, admission: new Admission(limits, schema, budgets, options.trusted) };
}

/** Loads the supergraph and listens. Rejects when the supergraph is not usable or the port is taken. */
export async function createGateway(options: GatewayOptions): Promise<Gateway> {
  const { log, authenticate, introspection, host } = options;
  const tokens = new InternalTokens(options.internalTokenKey);
  const sources = new Sources(options, tokens);
  const signIn = await signInOptions(options, sources);
  const { apollo, schema, hub, admission } = await loadGraph(options, tokens, sources);
  const sockets = createSocketServer({
    authenticate,
    admission,
    apollo,
    hub,
    schema,
    introspection,
    allowedOrigins: options.allowedOrigins ?? [],
    socketsPerCaller: options.socketsPerCaller ?? defaultSocketsPerCaller,
    log,
    ...(options.initTimeoutMs === undefined ? {} : { initTimeoutMs: options.initTimeoutMs }),
    ...(options.mostBufferedBytes === undefined ? {} : { mostBufferedBytes: options.mostBufferedBytes }),
  });
  const streams = new EventStreams({
    hub,
    log,
    perCaller: options.socketsPerCaller ?? defaultSocketsPerCaller,
    ...(options.mostBufferedBytes === undefined ? {} : { mostBufferedBytes: options.mostBufferedBytes }),
  });
  const counts = (): Counts => ({
    sockets: sockets.size,
    streams: streams.size,
    upstreams: hub.upstreams,
    pending: hub.pending,
  });
  let stopping = false;
  const ready = (): boolean => !stopping;
  const sharedReads = (): number => sources.reads.joined;
  const metrics = createMetrics(counts, sharedReads);
  const http = await createHttpServer({
    path,
    authenticate,
    admission,
    apollo,
    allowedOrigins: options.allowedOrigins ?? [],
    trusted: options.trusted,
    streams,
    schema,
    introspection,
    files: {
      blobs: options.blobs,
      internalTokenKey: options.internalTokenKey,
      ...(options.scanner === undefined ? {} : { scanner: options.scanner }),
    },
    graphiql: options.graphiql ?? false,
    signIn,
    trustedProxies: options.trustedProxies ?? [],
    log,
    ready,
    metrics,
  });
  sockets.attach(http.server, path);

  const stop = async (): Promise<void> => {
    stopping = true;
    const late = setTimeout(() => {
      http.server.closeAllConnections();
    }, stopLimitMs);
    streams.close();
    await Promise.all([sockets.close(stopLimitMs), http.close()]);
    clearTimeout(late);
    hub.close();
    await apollo.stop();
    await sources.close();
  };
  try {
    await http.listen({ host, port: options.port });
  } catch (error) {
    await stop();
    throw listenFault(error, options);
  }
  const address = http.server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : options.port,
    stop,
    counts,
    sharedReads,
  };
}

/** What signing in needs; throws when the tokens that it would give were not taken here. */
async function signInOptions(
  { signIn, internalTokenKey, authenticate }: GatewayOptions,
  sources: Sources,
): Promise<Omit<SignInOptions, 'log' | 'allowedOrigins'> | undefined> {
  if (signIn === undefined) return undefined;
  const signToken = await createSignToken(signIn);
  const [workspaceId, nobody] = [randomUUID(), randomUUID()];
  const probe = { workspaceId, agentId: nobody, role: 'VIEWER', sessionId: nobody } as const;
  const taken = await authenticate(`Bearer ${await signToken(probe, Date.now())}`);
  if (!taken.ok && taken.error === 'BAD_TOKEN')
    throw new Error(
      'SIGN_IN_KEY is not the private half of a key in the key set, so that nobody could use its tokens',
    );
  return {
    serviceUrl: sources.url(signIn.subgraph),
    internalTokenKey,
    signToken,
    workspaceId: signIn.workspaceId,
  };
}

function listenFault(error: unknown, { host, port }: GatewayOptions): unknown {
  const taken = typeof error === 'object' && error !== null && 'code' in error && error.code === 'EADDRINUSE';
  if (!taken) return error;
  const message = `Port ${port} on ${host} is taken by another program; set PORT to a free one.`;
  const fault = new Error(message, { cause: error });
  // Whoever starts a process reads this; where in the code it was noticed is of no use to them.
  fault.stack = message;
  return fault;
}
