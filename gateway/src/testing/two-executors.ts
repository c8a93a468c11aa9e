import { ApolloGateway, type GraphQLDataSource } from '@apollo/gateway';
import { composeServices } from '@apollo/composition';
import { createLogger } from '@smart-tickets/kit/logger';
import type { Viewer } from '@smart-tickets/kit/internal-token';
import {
  getOperationAST,
  Kind,
  parse,
  print,
  type DocumentNode,
  type ExecutionResult,
  type FieldDefinitionNode,
  type GraphQLSchema,
} from 'graphql';
import { useCompiledPlans } from '../plan/compiled-executor.ts';
import { loadedGraphOf } from '../plan/loaded-graph.ts';
import { formatted, publicError } from '../errors.ts';
import { SubscriptionPlanner } from '../subscription-plan.ts';
import { SubscriptionHub } from '../subscriptions.ts';
import type { OpenUpstream } from '../upstream.ts';
import { withConcreteFragments } from './concrete-fragments.ts';
import { InventedSubgraph, type Mischief } from './invented-subgraphs.ts';
import type { RandomOperation } from './random-operations.ts';

type RequestContext = Parameters<ApolloGateway['executor']>[0];

/**
 * Subgraphs that answer as queries what they have as subscriptions: each field of Subscription is one of Query, too, with the
 * same arguments.
 */
export function withQueriesOfSubscriptions(
  sdls: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(sdls).map(([name, sdl]) => {
      const document = parse(sdl);
      const fieldsOf = (type: string): readonly FieldDefinitionNode[] =>
        document.definitions.flatMap((node) =>
          node.kind === Kind.OBJECT_TYPE_DEFINITION && node.name.value === type ? (node.fields ?? []) : [],
        );
      const definitions = document.definitions.map((node) =>
        node.kind === Kind.OBJECT_TYPE_DEFINITION && node.name.value === 'Query'
          ? { ...node, fields: [...fieldsOf('Query'), ...fieldsOf('Subscription')] }
          : node,
      );
      return [name, print({ ...document, definitions })];
    }),
  );
}

/** The same graph on Apollo's executor and on ours, over invented subgraphs. */
export interface TwoExecutors {
  readonly schema: GraphQLSchema;
  /**
   * What each said; a rejection is an answer too. `compiled` is whether ours ran it itself, and `told` is what it told
   * subgraphs of the entities that it asked for.
   */
  ask(
    operation: RandomOperation,
    mischief: Mischief,
  ): Promise<{ stock: Outcome; ours: Outcome; compiled: boolean; told: Readonly<Record<string, unknown[]>> }>;
  /**
   * What a subscriber is told of an event by ours, and what stock says to the same selection as a query. Needs a graph whose
   * queries have the subscriptions' fields, too: see `withQueriesOfSubscriptions`. Null when the event itself was refused,
   * and where the two cannot be compared: stock is asked in other words for what it would get wrong, see
   * `withConcreteFragments`, and mischief that hangs on the words of requests then hits others.
   */
  hear(subscription: RandomOperation, mischief: Mischief): Promise<{ stock: Outcome; ours: Outcome } | null>;
  /** Entities that each has asked subgraphs for. */
  readonly entities: { stock: number; ours: number };
  close(): Promise<void>;
}

/** An answer as a client would get it, or that there was none. */
export type Outcome = Pick<ExecutionResult, 'data' | 'errors' | 'extensions'> | 'rejected';

/** Composes the subgraphs and loads their supergraph twice. */
export async function startTwoExecutors(sdls: Readonly<Record<string, string>>): Promise<TwoExecutors> {
  process.env['APOLLO_TELEMETRY_DISABLED'] = 'true';
  const parsed = Object.entries(sdls).map(([name, sdl]) => ({
    name,
    url: `http://${name}`,
    typeDefs: parse(sdl),
  }));
  const { supergraphSdl, errors } = composeServices(parsed);
  if (supergraphSdl === undefined) throw new Error(String(errors));
  const subgraphs = new Map(parsed.map(({ name, typeDefs }) => [name, new InventedSubgraph(name, typeDefs)]));
  const logger = createLogger('two-executors', 'silent');
  const newGateway = (): ApolloGateway =>
    new ApolloGateway({
      supergraphSdl,
      logger,
      buildService: ({ name }) => subgraphs.get(name ?? '') as GraphQLDataSource,
    });
  const [stock, ours] = [newGateway(), newGateway()];
  const byApollo = ours.executor;
  let fellBack = false;
  ours.executor = (context) => {
    fellBack = true;
    return byApollo(context);
  };
  const loadedByOurs = loadedGraphOf(ours);
  useCompiledPlans(ours, loadedByOurs, (name) => subgraphs.get(name));
  const hub = new SubscriptionHub({
    planner: new SubscriptionPlanner({
      loaded: loadedByOurs,
      sources: () => Object.fromEntries(subgraphs),
      compiled: true,
      log: logger,
    }),
    openUpstream: oneEvent(subgraphs),
    socketUrlOf: (name) => name,
    changed: () => undefined,
    log: logger,
  });
  const loaded = await stock.load();
  await ours.load();
  const documents = new Map<string, DocumentNode>();
  // As Apollo Server's store does it: what was planned for a document is found by it.
  const documentOf = (query: string): DocumentNode => {
    const document = documents.get(query) ?? parse(query);
    documents.set(query, document);
    return document;
  };
  const entities = { stock: 0, ours: 0 };
  const countEntities = (): number =>
    [...subgraphs.values()].reduce((sum, { asked }) => sum + asked.entities, 0);
  return {
    schema: loaded.schema,
    entities,
    ask: async (operation, mischief) => {
      for (const subgraph of subgraphs.values()) subgraph.mischief = mischief;
      const context = contextOf(operation, documentOf(operation.query), loaded.schema, logger);
      const before = countEntities();
      const byStock = await outcomeOf(stock.executor(context));
      const between = countEntities();
      fellBack = false;
      for (const subgraph of subgraphs.values()) subgraph.told.length = 0;
      const byOurs = await outcomeOf(ours.executor(context));
      entities.stock += between - before;
      entities.ours += countEntities() - between;
      const told = [...subgraphs].filter(([, subgraph]) => subgraph.told.length > 0);
      return {
        stock: byStock,
        ours: byOurs,
        compiled: !fellBack,
        told: Object.fromEntries(told.map(([name, subgraph]) => [name, subgraph.told.flat()])),
      };
    },
    hear: async (subscription, mischief) => {
      for (const subgraph of subgraphs.values()) subgraph.mischief = mischief;
      const asWritten = subscription.query.replace(/^subscription/, 'query');
      const concrete = withConcreteFragments(loaded.schema, asWritten);
      // Other words are other requests and other answers, which meet another fate.
      if (concrete !== null && mischief.requests + mischief.values > 0) return null;
      const query = concrete ?? asWritten;
      const asQuery = { query, variables: subscription.variables };
      const byStock = await outcomeOf(
        stock.executor(contextOf(asQuery, documentOf(query), loaded.schema, logger)),
      );
      const byOurs = await heard(hub, subscription, documentOf(subscription.query));
      return byOurs === null ? null : { stock: asTold(byStock), ours: byOurs };
    },
    close: async () => {
      hub.close();
      await stock.stop();
      await ours.stop();
    },
  };
}

const viewer: Viewer = { workspaceId: 'w', role: 'AGENT', subject: 'a', generation: null };
const requestId = 'r';

/** An upstream of which one event comes, as the subgraph invents it. */
function oneEvent(subgraphs: ReadonlyMap<string, InventedSubgraph>): OpenUpstream {
  return ({ url, query, operationName, variables }, handlers) => {
    const asked = subgraphs.get(url)?.ask(JSON.stringify({ query, operationName, variables }));
    if (asked === undefined) throw new Error(`no subgraph ${url}`);
    asked.then(
      (event) => {
        handlers.next(event as ExecutionResult);
      },
      (error: unknown) => {
        handlers.lost(String(error));
      },
    );
    return { close: () => undefined, pause: () => undefined, resume: () => undefined };
  };
}

async function heard(
  hub: SubscriptionHub,
  { query, variables }: RandomOperation,
  document: DocumentNode,
): Promise<Outcome | null> {
  const operation = getOperationAST(document);
  if (!operation) throw new Error('no subscription');
  const told = Promise.withResolvers<string | null>();
  const over = (): void => {
    told.resolve(null);
  };
  const leave = hub.subscribe(
    { query, operationName: 'Random', document, operation, variables, context: { viewer, requestId } },
    { next: ({ text }) => told.resolve(text), error: over, complete: over, lost: over },
  );
  const text = await told.promise;
  leave();
  return text === null ? null : asSent(JSON.parse(text));
}

/** Errors as subscribers are shown them; that nothing came of an event is told as an error, too. */
function asTold(outcome: Outcome): Outcome {
  if (outcome === 'rejected')
    return asSent({ data: null, errors: [publicError({ message: '' }, requestId)] });
  const errors = (outcome.errors ?? []).map((error) => publicError(error as never, requestId));
  return asSent({ data: outcome.data ?? null, errors });
}

function contextOf(
  { query, variables }: RandomOperation,
  document: DocumentNode,
  schema: GraphQLSchema,
  logger: RequestContext['logger'],
): RequestContext {
  return {
    request: { query, variables },
    logger,
    schema,
    schemaHash: '' as RequestContext['schemaHash'],
    context: {},
    cache: {
      get: () => Promise.resolve(undefined),
      set: () => Promise.resolve(),
      delete: () => Promise.resolve(false),
    },
    queryHash: query,
    document,
    source: query,
    operationName: 'Random',
    operation: getOperationAST(document) as RequestContext['operation'],
    metrics: {},
    overallCachePolicy: undefined,
  };
}

async function outcomeOf(answering: Promise<unknown>): Promise<Outcome> {
  let answer: ExecutionResult;
  try {
    answer = (await answering) as ExecutionResult;
  } catch {
    return 'rejected';
  }
  const { errors } = answer;
  // Errors of JavaScript are among them, of which JSON would keep nothing.
  return asSent(errors === undefined ? answer : { ...answer, errors: errors.map(formatted) });
}

/** Fetches end in any order, and so do their errors; the number of entities differs, as ours asks for each once. */
function asSent(answer: unknown): Outcome {
  const sent = JSON.parse(JSON.stringify(answer)) as Exclude<Outcome, 'rejected'>;
  const errors = (sent.errors ?? []).map((error) => {
    const { path, extensions } = error;
    return JSON.stringify({
      ...(path === undefined ? {} : { path }),
      ...(extensions === undefined ? {} : { extensions }),
      message: error.message.replace(/contain \d+ elements/, 'contain … elements'),
    });
  });
  return { ...sent, errors: sortedErrors(errors.map((text) => JSON.parse(text) as never)) };
}

/** Errors in an order that does not hang on when each came. */
export function sortedErrors<E extends object>(errors: readonly E[]): E[] {
  return errors
    .map((error) => JSON.stringify(error))
    .toSorted()
    .map((text) => JSON.parse(text) as E);
}
