import type { ApolloGateway } from '@apollo/gateway';
import { getOperationAST, OperationTypeNode, type DocumentNode } from 'graphql';
import type { GatewayContext } from '../identity.ts';
import { CompiledOperation, planOf, type NamedOperation } from './compiled-operation.ts';
import type { LoadedGraph } from './loaded-graph.ts';
import type { Subgraph } from './steps.ts';

type Executor = ApolloGateway['executor'];

/** What was made of the operations of a document, by their names; null for those that Apollo's executor runs. */
type Known = WeakMap<DocumentNode, Map<string, CompiledOperation | null>>;

/**
 * Lets a gateway run Apollo's query plans as compiled functions, once per operation and supergraph (see ADR 0013). What they do not
 * know (introspection, rewrites, traces) goes to Apollo's executor as before. To be called before the gateway is loaded.
 */
export function useCompiledPlans(
  gateway: ApolloGateway,
  loadedGraph: () => LoadedGraph,
  subgraph: (name: string) => Subgraph | undefined,
): void {
  const byApollo = gateway.executor;
  const known = new WeakMap<LoadedGraph, Known>();
  const execute = async (context: Parameters<Executor>[0]): ReturnType<Executor> => {
    const { request, document, metrics } = context;
    if (metrics?.captureTraces === true) return byApollo(context);
    const loaded = loadedGraph();
    const compiled = compiledOf(loaded, known, document, request.operationName);
    const answer = await compiled?.run({
      variables: request.variables ?? {},
      context: context.context as GatewayContext,
      subgraph,
      apollo: context,
    });
    return answer === undefined ? byApollo(context) : (answer as Awaited<ReturnType<Executor>>);
  };
  gateway.executor = execute;
}

/** Documents come out of Apollo Server's store and are the same object for the same text as long as they are in it. */
function compiledOf(
  loaded: LoadedGraph,
  known: WeakMap<LoadedGraph, Known>,
  document: DocumentNode,
  operationName: string | undefined,
): CompiledOperation | null {
  const ofGraph: Known = known.get(loaded) ?? new WeakMap();
  known.set(loaded, ofGraph);
  const ofDocument = ofGraph.get(document) ?? new Map<string, CompiledOperation | null>();
  ofGraph.set(document, ofDocument);
  const name = operationName ?? '';
  let compiled = ofDocument.get(name);
  if (compiled === undefined) {
    compiled = compile(loaded, document, operationName);
    ofDocument.set(name, compiled);
  }
  return compiled;
}

/** Null where there is something in an operation or its plan that is not known here, and where there is no plan at all. */
function compile(
  { planner, schemas }: LoadedGraph,
  document: DocumentNode,
  operationName: string | undefined,
): CompiledOperation | null {
  const operation = getOperationAST(document, operationName);
  if (!operation || operation.operation === OperationTypeNode.SUBSCRIPTION) return null;
  const named: NamedOperation = { document, operation, operationName };
  try {
    const node = planOf(named, planner, schemas.plannerApi);
    return node?.kind === 'Subscription' ? null : new CompiledOperation(named, node, schemas);
  } catch {
    return null;
  }
}
