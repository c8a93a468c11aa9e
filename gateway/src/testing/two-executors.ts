import { ApolloGateway, type GraphQLDataSource } from '@apollo/gateway';
import { composeServices } from '@apollo/composition';
import { createLogger } from '@smart-tickets/kit/logger';
import { getOperationAST, parse, type DocumentNode, type ExecutionResult, type GraphQLSchema } from 'graphql';
import { useCompiledPlans } from '../plan/compiled-executor.ts';
import { InventedSubgraph, type Mischief } from './invented-subgraphs.ts';
import type { RandomOperation } from './random-operations.ts';

type RequestContext = Parameters<ApolloGateway['executor']>[0];

/** The same graph on Apollo's executor and on ours, over invented subgraphs. */
export interface TwoExecutors {
  readonly schema: GraphQLSchema;
  /** What each said; a rejection is an answer too. `compiled` is whether ours ran it itself. */
  ask(
    operation: RandomOperation,
    mischief: Mischief,
  ): Promise<{ stock: Outcome; ours: Outcome; compiled: boolean }>;
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
  useCompiledPlans(ours, (name) => subgraphs.get(name));
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
      const byOurs = await outcomeOf(ours.executor(context));
      entities.stock += between - before;
      entities.ours += countEntities() - between;
      return { stock: byStock, ours: byOurs, compiled: !fellBack };
    },
    close: async () => {
      await stock.stop();
      await ours.stop();
    },
  };
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
  try {
    return asSent(await answering);
  } catch {
    return 'rejected';
  }
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
  return { ...sent, errors: errors.toSorted().map((text) => JSON.parse(text) as never) };
}
