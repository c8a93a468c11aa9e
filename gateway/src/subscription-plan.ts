import { buildOperationContext, executeQueryPlan, type GraphQLDataSource } from '@apollo/gateway';
import { operationFromDocument, type Schema } from '@apollo/federation-internals';
import type { FetchNode, PlanNode, QueryPlan } from '@apollo/query-planner';
import type { Logger } from '@smart-tickets/kit/logger';
import type { DocumentNode, ExecutionResult, GraphQLSchema, OperationDefinitionNode } from 'graphql';
import { BoundedMap } from '@smart-tickets/kit/bounded-map';
import type { GatewayContext } from './identity.ts';
import { CompiledOperation } from './plan/compiled-operation.ts';
import type { LoadedGraph } from './plan/loaded-graph.ts';
import type { Subgraph, SubgraphAnswer } from './plan/steps.ts';
import { rootFieldOf } from './replay.ts';
import type { Continuity } from './shared-sources.ts';

/** What the planner makes of a subscription: where its events come from, and how each event becomes an answer. */
export interface SubscriptionPlan {
  /** Counts supergraphs: what was planned on different ones is never shared. */
  readonly generation: number;
  /** The subgraph that owns the subscription. */
  readonly subgraph: string;
  /** The operation to subscribe with over there: aliases, keys and type names that the rest needs are in it. */
  readonly source: { readonly query: string; readonly operationName: string | undefined };
  /**
   * EVENTS where the field takes a cursor, `after`; STATE where a subgraph has given it `@tag(name: "state")`; else UNKNOWN.
   */
  readonly continuity: Exclude<Continuity, 'REPLAY'>;
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
  readonly loaded: () => LoadedGraph;
  readonly sources: () => Readonly<Record<string, GraphQLDataSource & Subgraph>>;
  /** Whether plans are compiled where they can be (see ADR 0013); else all run on Apollo's executor. */
  readonly compiled: boolean;
  readonly log: Logger;
}

/** Stands in for the owning subgraph in the plan; its "answer" is the event that has come. */
const eventService = '(event)';

type RequestContext = Parameters<typeof executeQueryPlan>[2];
type Plans = BoundedMap<string, SubscriptionPlan>;

const mostPlans = 500;
/** Longer operations are planned each time: what is kept must stay small whoever sends it. */
const longestRemembered = 16 * 1024;

/**
 * Plans subscriptions with Apollo's own planner and runs the rest of the plan as an ordinary one; Apollo's executor itself
 * refuses subscriptions: the plan's primary fetch is answered by the event, and the remainder is an ordinary plan.
 * Reaches into @apollo/gateway 2.14.4 (`executeQueryPlan`), hence the exact pin and the test.
 */
export class SubscriptionPlanner {
  #options: PlannerOptions;
  #plans = new WeakMap<LoadedGraph, Plans>();

  constructor(options: PlannerOptions) {
    this.#options = options;
  }

  /** The plan of a validated subscription. Plans are kept as long as their supergraph. */
  plan(request: PlannedOperation): SubscriptionPlan {
    const loaded = this.#options.loaded();
    const plans: Plans = this.#plans.get(loaded) ?? new BoundedMap(mostPlans);
    this.#plans.set(loaded, plans);
    const key = JSON.stringify([request.operationName ?? null, request.query]);
    const known = plans.get(key);
    if (known !== undefined) return known;
    const plan = this.#build(loaded, request);
    if (key.length <= longestRemembered) plans.set(key, plan);
    return plan;
  }

  #build({ planner, generation, schemas }: LoadedGraph, request: PlannedOperation): SubscriptionPlan {
    const { document, operationName } = request;
    const named = operationName === undefined ? {} : { operationName };
    const { node } = planner.buildQueryPlan(operationFromDocument(schemas.plannerApi, document, named));
    if (node?.kind !== 'Subscription')
      throw new Error(`a subscription was planned as ${node?.kind ?? 'nothing'}`);
    const { primary, rest } = node;
    const schema = schemas.api;
    const operationContext = buildOperationContext({ schema, operationDocument: document, ...named });
    const eventPlan = planOfEvent(primary, rest);
    const compiled = this.#options.compiled ? compile(request, eventPlan, schemas) : undefined;
    return {
      generation,
      subgraph: primary.serviceName,
      continuity: continuityOf(schema, planner.supergraph.schema, rootFieldOf(primary.operation)),
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
          schemas.supergraph,
          schemas.plannerApi,
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

/** The name of the tag by which a subgraph says that each message of a subscription is the whole state as it is then. */
const stateTag = 'state';

function continuityOf(
  api: GraphQLSchema,
  supergraph: Schema,
  rootField: string | undefined,
): SubscriptionPlan['continuity'] {
  const name = rootField ?? '';
  const field = api.getSubscriptionType()?.getFields()[name];
  if (field?.args.some((argument) => argument.name === 'after') === true) return 'EVENTS';
  const tags = supergraph.schemaDefinition.rootType('subscription')?.field(name)?.appliedDirectivesOf('tag');
  const isState = tags?.some((tag) => tag.arguments()['name'] === stateTag);
  return isState === true ? 'STATE' : 'UNKNOWN';
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
  schemas: LoadedGraph['schemas'],
): CompiledOperation | undefined {
  if (node === undefined || node.kind === 'Subscription') return undefined;
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
