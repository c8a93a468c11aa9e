import { buildOperationContext, executeQueryPlan } from '@apollo/gateway';
import { operationFromDocument } from '@apollo/federation-internals';
import type { FetchNode, PlanNode, QueryPlanner } from '@apollo/query-planner';
import {
  getVariableValues,
  visit,
  type DocumentNode,
  type ExecutionResult,
  type GraphQLError,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import { BoundedMap } from '@smart-tickets/kit/bounded-map';
import type { GatewayContext } from '../identity.ts';
import { Conditions, type Flags } from './conditions.ts';
import type { Plain } from './merge.ts';
import { shaperOf, unfit } from './shape.ts';
import { stepOf, type Run, type Step } from './steps.ts';

export type RequestContext = Parameters<typeof executeQueryPlan>[2];
type PlannerSchema = ReturnType<QueryPlanner['supergraph']['apiSchema']>;

/** The schemas of one supergraph. */
export interface Schemas {
  /** As clients see it, for graphql-js and for Apollo's planner. */
  readonly api: GraphQLSchema;
  readonly plannerApi: PlannerSchema;
  readonly supergraph: GraphQLSchema;
}

/** An operation of a validated document. */
export interface NamedOperation {
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly operationName: string | undefined;
}

/** Who runs an operation, with what, and whom it may ask. */
export interface RunRequest {
  readonly variables: Readonly<Record<string, unknown>>;
  readonly context: GatewayContext;
  readonly subgraph: Run['subgraph'];
  /** What Apollo's executor wants where it is asked. */
  readonly apollo: RequestContext;
}

/** An operation as functions: the plan's steps, and the shapes of its answer. */
export class CompiledOperation {
  #named: NamedOperation;
  #schemas: Schemas;
  #conditions: Conditions;
  #step: Step | undefined;
  #shapers = new BoundedMap<string, ReturnType<typeof shaperOf>>(16);

  /** Throws on plans and operations that it does not know; Apollo's executor must run those. */
  constructor(named: NamedOperation, node: PlanNode | undefined, schemas: Schemas) {
    refuseUnknown(named.document);
    this.#named = named;
    this.#schemas = schemas;
    this.#conditions = new Conditions(named.document, named.operation);
    const { supergraph } = schemas;
    const isCondition = (name: string): boolean => this.#conditions.has(name);
    this.#step = node === undefined ? undefined : stepOf(node, { supergraph, isCondition });
  }

  /**
   * The answer, or undefined when these variables need Apollo's executor; nothing has been asked then. Rejects where a
   * subgraph's answer is not built as the plan has it.
   */
  async run(request: RunRequest): Promise<ExecutionResult | undefined> {
    const faults = this.#variableFaults(request.variables);
    if (faults.length > 0) return { errors: faults };
    const conditions = this.#conditions.read(request.variables);
    if (conditions === undefined) return undefined;
    const shape = this.#shaper(conditions);
    const data: Plain = {};
    const errors: unknown[] = [];
    await this.#step?.({ ...request, data, errors, flags: conditions.flags });
    const shaped = shape(data);
    if (shaped === unfit) return this.#completeByApollo(data, errors, request.apollo);
    return errors.length === 0
      ? { data: shaped as Plain }
      : { errors: errors as GraphQLError[], data: shaped as Plain };
  }

  #variableFaults(variables: Readonly<Record<string, unknown>>): readonly GraphQLError[] {
    const { variableDefinitions } = this.#named.operation;
    if (variableDefinitions === undefined || variableDefinitions.length === 0) return [];
    return getVariableValues(this.#schemas.api, variableDefinitions, variables).errors ?? [];
  }

  #shaper({ key, flags }: { readonly key: string; readonly flags: Flags }): ReturnType<typeof shaperOf> {
    const known = this.#shapers.get(key);
    if (known !== undefined) return known;
    const { document, operation } = this.#named;
    const shaper = shaperOf(this.#schemas.api, document, operation, flags);
    this.#shapers.set(key, shaper);
    return shaper;
  }

  /**
   * Where an answer breaks the schema, Apollo's own executor says which nulls follow and what is told of them: it runs a
   * plan of one fetch whose answer is all that the subgraphs have said.
   */
  async #completeByApollo(data: Plain, errors: unknown[], apollo: RequestContext): Promise<ExecutionResult> {
    const { api, plannerApi, supergraph } = this.#schemas;
    const { document, operationName } = this.#named;
    const completed = await executeQueryPlan(
      { kind: 'QueryPlan', node: said },
      { [said.serviceName]: { process: () => Promise.resolve({ data }) } },
      apollo,
      buildOperationContext({
        schema: api,
        operationDocument: document,
        ...(operationName === undefined ? {} : { operationName }),
      }),
      supergraph,
      plannerApi,
    );
    if (completed.errors !== undefined || errors.length === 0) return completed;
    return { errors: errors as GraphQLError[], data: completed.data ?? null };
  }
}

const said: FetchNode = {
  kind: 'Fetch',
  serviceName: '(said)',
  operation: '',
  operationName: undefined,
  operationKind: 'query' as FetchNode['operationKind'],
};

/** Introspection is Apollo's, and so are names that every object has from the start. */
function refuseUnknown(document: DocumentNode): void {
  visit(document, {
    Field: ({ name, alias }) => {
      if (name.value === '__schema' || name.value === '__type') throw new Error('introspection');
      const written = alias?.value ?? name.value;
      if (written in Object.prototype) throw new Error(`a field named ${written}`);
    },
  });
}

/** Plans an operation by Apollo's planner. */
export function planOf(named: NamedOperation, planner: QueryPlanner, plannerApi: PlannerSchema) {
  const { document, operationName } = named;
  const operation = operationFromDocument(
    plannerApi,
    document,
    operationName === undefined ? {} : { operationName },
  );
  return planner.buildQueryPlan(operation).node;
}
