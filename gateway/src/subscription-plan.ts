import {
  buildOperationContext,
  executeQueryPlan,
  type ApolloGateway,
  type GraphQLDataSource,
} from '@apollo/gateway';
import { operationFromDocument } from '@apollo/federation-internals';
import type { FetchNode, PlanNode, QueryPlan, QueryPlanner } from '@apollo/query-planner';
import type { Logger } from '@smart-tickets/kit/logger';
import type { DocumentNode, ExecutionResult, GraphQLSchema, OperationDefinitionNode } from 'graphql';
import { BoundedMap } from './bounded-map.ts';
import type { GatewayContext } from './identity.ts';
import { CompiledOperation } from './plan/compiled-operation.ts';
import type { Subgraph, SubgraphAnswer } from './plan/steps.ts';
import { rootFieldOf } from './replay.ts';

/** What the planner makes of a subscription: where its events come from, and how each event becomes an answer. */
export interface SubscriptionPlan {
  /** Counts supergraphs: what was planned on different ones is never shared. */
  readonly generation: number;
  /** The subgraph that owns the subscription. */
  readonly subgraph: string;
  /** The operation to subscribe with over there: aliases, keys and type names that the rest needs are in it. */
  readonly source: { readonly query: string; readonly operationName: string | undefined };
  /**
   * Whether one who comes later misses nothing: so it is with a stream of events, which can be asked for from a cursor
   * on. Others begin with how things stand, and so do so anew for everybody.
   */
  readonly joinable: boolean;
  /** The part of the client's variables that the source operation uses. */
  sourceVariables(variables: Readonly<Record<string, unknown>>): Record<string, unknown>;
  /**
   * Fetches the rest of one event from the other subgraphs and shapes the answer. `payload` is changed on the way.
   * Rejects on bugs only; faults of subgraphs are in the result.
   */
  execute(
    payload: ExecutionResult,
    variables: Readonly<Record<string, unknown>>,
    context: GatewayContext,
  ): Promise<ExecutionResult>;
}

export interface PlannedOperation {
  readonly query: string;
  readonly operationName: string | undefined;
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
}

export interface PlannerOptions {
  readonly gateway: ApolloGateway;
  /** The gateway's API schema as it is now. */
  readonly schema: () => GraphQLSchema;
  readonly sources: () => Readonly<Record<string, GraphQLDataSource & Subgraph>>;
  /** Whether plans are compiled where they can be (see ADR 0013); else all run on Apollo's executor. */
  readonly compiled: boolean;
  readonly log: Logger;
}

/** Stands in for the owning subgraph in the plan; its "answer" is the event that has come. */
const eventService = '(event)';

type RequestContext = Parameters<typeof executeQueryPlan>[2];
type Loaded = ReturnType<typeof loadedParts>;

function loadedParts(planner: QueryPlanner, generation: number) {
  const { supergraph } = planner;
  return {
    generation,
    apiSchema: supergraph.apiSchema(),
    supergraphSchema: supergraph.schema.toGraphQLJSSchema(),
    plans: new BoundedMap<string, SubscriptionPlan>(500),
  };
}

/**
 * Plans subscriptions with Apollo's own planner and runs the rest of the plan as an ordinary one; Apollo's executor itself
 * refuses subscriptions: the plan's primary fetch is answered by the event, and the remainder is an ordinary plan.
 * Reaches into @apollo/gateway 2.14.4 (`__testing`, `executeQueryPlan`), hence the exact pin and the test.
 */
export class SubscriptionPlanner {
  #options: PlannerOptions;
  #loaded = new WeakMap<QueryPlanner, Loaded>();
  #generations = 0;

  constructor(options: PlannerOptions) {
    this.#options = options;
  }

  /** The plan of a validated subscription. Plans are kept as long as their supergraph. */
  plan(request: PlannedOperation): SubscriptionPlan {
    const planner = this.#options.gateway.__testing().queryPlanner;
    if (planner === undefined) throw new Error('the supergraph is not loaded');
    let parts = this.#loaded.get(planner);
    if (parts === undefined) {
      this.#generations += 1;
      parts = loadedParts(planner, this.#generations);
      this.#loaded.set(planner, parts);
    }
    const key = JSON.stringify([request.operationName ?? null, request.query]);
    const known = parts.plans.get(key);
    if (known !== undefined) return known;
    const plan = this.#build(planner, parts, request);
    parts.plans.set(key, plan);
    return plan;
  }

  #build(planner: QueryPlanner, parts: Loaded, request: PlannedOperation): SubscriptionPlan {
    const { document, operationName } = request;
    const named = operationName === undefined ? {} : { operationName };
    const operation = operationFromDocument(parts.apiSchema, document, named);
    const { node } = planner.buildQueryPlan(operation);
    if (node?.kind !== 'Subscription')
      throw new Error(`a subscription was planned as ${node?.kind ?? 'nothing'}`);
    const { primary, rest } = node;
    const schema = this.#options.schema();
    const operationContext = buildOperationContext({ schema, operationDocument: document, ...named });
    const eventPlan = planOfEvent(primary, rest);
    const compiled = this.#options.compiled ? compile(request, eventPlan, schema, parts) : undefined;
    return {
      generation: parts.generation,
      subgraph: primary.serviceName,
      joinable: hasCursor(schema, rootFieldOf(primary.operation)),
      source: { query: primary.operation, operationName: primary.operationName },
      sourceVariables: (variables) =>
        Object.fromEntries(
          (primary.variableUsages ?? [])
            .filter((name) => variables[name] !== undefined)
            .map((name) => [name, variables[name]]),
        ),
      execute: async (payload, variables, context) => {
        const sources = this.#options.sources();
        const requestContext = this.#requestContext(request, schema, variables, context);
        const answer = await compiled?.run({
          variables,
          context,
          subgraph: (name) =>
            name === eventService ? { ask: () => Promise.resolve(payload as SubgraphAnswer) } : sources[name],
          apollo: requestContext,
        });
        if (answer !== undefined) return answer;
        const answered: GraphQLDataSource = { process: () => Promise.resolve(payload as never) };
        const services = { ...sources, [eventService]: answered };
        return executeQueryPlan(
          eventPlan,
          services,
          requestContext,
          operationContext,
          parts.supergraphSchema,
          parts.apiSchema,
        );
      },
    };
  }

  #requestContext(
    request: PlannedOperation,
    schema: GraphQLSchema,
    variables: Readonly<Record<string, unknown>>,
    context: GatewayContext,
  ): RequestContext {
    const { query, operationName, document, operation } = request;
    return {
      request: {
        query,
        variables: { ...variables },
        ...(operationName === undefined ? {} : { operationName }),
      },
      logger: this.#options.log,
      schema,
      schemaHash: '' as RequestContext['schemaHash'],
      context,
      cache: noCache,
      queryHash: '',
      document,
      source: query,
      operationName: operationName ?? null,
      operation,
      metrics: {},
      overallCachePolicy: undefined,
    };
  }
}

function hasCursor(schema: GraphQLSchema, rootField: string | undefined): boolean {
  const field = rootField === undefined ? undefined : schema.getSubscriptionType()?.getFields()[rootField];
  return field?.args.some(({ name }) => name === 'after') === true;
}

/** The executor asks for a cache by type only. */
const noCache: RequestContext['cache'] = {
  get: () => Promise.resolve(undefined),
  set: () => Promise.resolve(),
  delete: () => Promise.resolve(false),
};

/** Undefined where Apollo's executor must run it. */
function compile(
  { document, operation, operationName }: PlannedOperation,
  { node }: QueryPlan,
  api: GraphQLSchema,
  { apiSchema, supergraphSchema }: Loaded,
): CompiledOperation | undefined {
  if (node === undefined || node.kind === 'Subscription') return undefined;
  const schemas = { api, plannerApi: apiSchema, supergraph: supergraphSchema };
  try {
    return new CompiledOperation({ document, operation, operationName }, node, schemas);
  } catch {
    return undefined;
  }
}

function planOfEvent(primary: FetchNode, rest: PlanNode | undefined): QueryPlan {
  const event: FetchNode = { ...primary, serviceName: eventService };
  return {
    kind: 'QueryPlan',
    node: { kind: 'Sequence', nodes: rest === undefined ? [event] : [event, rest] },
  };
}
