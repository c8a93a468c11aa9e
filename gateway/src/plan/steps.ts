import type { FetchNode, PlanNode } from '@apollo/query-planner';
import {
  getOperationAST,
  Kind,
  OperationTypeNode,
  parse,
  type GraphQLFormattedError,
  type GraphQLSchema,
} from 'graphql';
import type { GatewayContext } from '../identity.ts';
import type { Flags } from './conditions.ts';
import { failedFetch, operationErrors } from './fetch-errors.ts';
import { isPlain, merge, type Plain } from './merge.ts';
import { pathsOf, valuesAt, type Places } from './places.ts';
import { representOf, type Represent } from './representation.ts';

/** What a subgraph answers. */
export interface SubgraphAnswer {
  readonly data?: Plain | null;
  readonly errors?: readonly GraphQLFormattedError[];
}

/** One subgraph, as compiled plans ask it. */
export interface Subgraph {
  /** Sends the JSON text of a request. Rejects when there is no answer. `repeatable` is false for changes. */
  ask(body: string, repeatable: boolean, context: GatewayContext): Promise<SubgraphAnswer>;
}

/** One execution of a plan. */
export interface Run {
  /** All that the subgraphs have said so far. */
  readonly data: Plain;
  readonly errors: unknown[];
  readonly variables: Readonly<Record<string, unknown>>;
  readonly flags: Flags;
  readonly context: GatewayContext;
  readonly subgraph: (name: string) => Subgraph | undefined;
}

/** Rejects only where the whole operation fails; what a fetch meets goes to the run's errors. */
export type Step = (run: Run) => Promise<void>;

/** What plans are compiled with. */
export interface StepParts {
  /** The supergraph with everything in it, the hidden too. */
  readonly supergraph: GraphQLSchema;
  /** Whether a variable is one that conditions are read from. */
  readonly isCondition: (name: string) => boolean;
}

/** Compiles a part of a plan. Throws on what it does not know: rewrites, `@defer`, names that every object has. */
export function stepOf(node: PlanNode, parts: StepParts, places: Places = []): Step {
  switch (node.kind) {
    case 'Sequence': {
      const steps = node.nodes.map((inner) => stepOf(inner, parts, places));
      return async (run) => {
        for (const step of steps) await step(run);
      };
    }
    case 'Parallel': {
      const steps = node.nodes.map((inner) => stepOf(inner, parts, places));
      return async (run) => {
        await Promise.all(steps.map((step) => step(run)));
      };
    }
    case 'Flatten':
      return stepOf(node.node, parts, [...places, ...node.path.map(placeOf)]);
    case 'Condition':
      return conditionStep(node, parts, places);
    case 'Fetch':
      return fetchStep(node, parts, places);
    default:
      throw new Error(`a plan with ${node.kind}`);
  }
}

function placeOf(place: string | number): string {
  if (typeof place !== 'string' || place in Object.prototype) throw new Error(`a place named ${place}`);
  return place;
}

function conditionStep(
  { condition, ifClause, elseClause }: Extract<PlanNode, { kind: 'Condition' }>,
  parts: StepParts,
  places: Places,
): Step {
  if (!parts.isCondition(condition)) throw new Error(`a condition on $${condition}`);
  const nothing: Step = () => Promise.resolve();
  const [whenTrue, whenFalse] = [ifClause, elseClause].map((node) =>
    node === undefined ? nothing : stepOf(node, parts, places),
  );
  return async (run) => {
    await (run.flags.get(condition) === true ? whenTrue : whenFalse)?.(run);
  };
}

function fetchStep(node: FetchNode, parts: StepParts, places: Places): Step {
  if (node.inputRewrites ?? node.outputRewrites ?? node.contextRewrites)
    throw new Error('a fetch with rewrites');
  if (node.variableUsages?.includes('representations') === true)
    throw new Error('a variable $representations');
  const fetch: Fetch = {
    serviceName: node.serviceName,
    places,
    repeatable: node.operationKind !== OperationTypeNode.MUTATION,
    head: headOf(node),
    variables: (node.variableUsages ?? []).map((name) => ({ name, text: `${JSON.stringify(name)}:` })),
  };
  const represent = node.requires === undefined ? undefined : representOf(node.requires, parts.supergraph);
  const missing = places.length === 0 ? onlyFieldOf(node) : places;
  return async (run) => {
    const values = places.length === 0 ? [run.data] : valuesAt(run.data, places);
    if (values.length === 0) return;
    try {
      if (represent === undefined) await fetchOnce(fetch, run, values);
      else await fetchEntities(fetch, run, values, represent);
    } catch (error) {
      run.errors.push(failedFetch(error, missing));
    }
  };
}

/** The one field that a fetch at the root is for; none when it is for several. */
function onlyFieldOf({ operation }: FetchNode): Places {
  const selections = getOperationAST(parse(operation, { noLocation: true }))?.selectionSet.selections ?? [];
  const [first] = selections;
  return selections.length === 1 && first?.kind === Kind.FIELD
    ? [first.alias?.value ?? first.name.value]
    : [];
}

interface Fetch {
  readonly serviceName: string;
  readonly places: Places;
  readonly repeatable: boolean;
  /** The request's JSON text up to its variables. */
  readonly head: string;
  readonly variables: readonly { readonly name: string; readonly text: string }[];
}

function headOf({ operation, operationName }: FetchNode): string {
  const name = operationName === undefined ? '' : `"operationName":${JSON.stringify(operationName)},`;
  return `{${name}"query":${JSON.stringify(operation)},"variables":{`;
}

async function fetchOnce(fetch: Fetch, run: Run, values: readonly unknown[]): Promise<void> {
  const { data, errors } = await ask(fetch, run, variablesText(fetch, run).join(','));
  if (errors) run.errors.push(...operationErrors(errors, fetch, undefined));
  if (data === null || data === undefined) return;
  for (const value of values) merge(value as Plain, data);
}

/** Asks for each entity once, however often it stands in the answer, and gives each place what it needs. */
async function fetchEntities(
  fetch: Fetch,
  run: Run,
  values: readonly unknown[],
  represent: Represent,
): Promise<void> {
  const asked = new Map<string, number[]>();
  for (const [nth, value] of values.entries()) {
    const representation = represent(value);
    if (!representation?.['__typename']) continue;
    const text = JSON.stringify(representation);
    const held = asked.get(text);
    if (held === undefined) asked.set(text, [nth]);
    else held.push(nth);
  }
  if (asked.size === 0) return;
  const owners = [...asked.values()];
  const representations = `"representations":[${[...asked.keys()].join(',')}]`;
  const { data, errors } = await ask(fetch, run, [...variablesText(fetch, run), representations].join(','));
  if (errors) {
    const paths = pathsOf(run.data, fetch.places);
    const pathsOfEntity = (nth: number): (string | number)[][] =>
      owners[nth]?.map((owner) => paths[owner] ?? []) ?? [[]];
    run.errors.push(...operationErrors(errors, fetch, pathsOfEntity));
  }
  if (data === null || data === undefined) return;
  const entities: unknown = data['_entities'];
  if (!Array.isArray(entities)) throw new Error('Expected "data._entities" in response to be an array');
  if (entities.length !== owners.length) {
    throw new Error(`Expected "data._entities" to contain ${owners.length} elements`);
  }
  for (const [nth, owner] of owners.entries()) {
    const entity: unknown = entities[nth];
    if (!isPlain(entity)) continue;
    for (const [which, index] of owner.entries()) {
      const value = values[index] as Plain;
      const said = entity['__typename'];
      // What cannot be a name does not make what is known of the entity unknown.
      const typename = isPlain(said) ? value['__typename'] : said || value['__typename'];
      // What follows may add to the parts of one place and not of another: each has its own.
      merge(value, entity, which > 0);
      value['__typename'] = typename;
    }
  }
}

function variablesText({ variables }: Fetch, run: Run): string[] {
  const texts: string[] = [];
  for (const { name, text } of variables) {
    const value = Object.hasOwn(run.variables, name) ? run.variables[name] : undefined;
    if (value !== undefined) texts.push(text + JSON.stringify(value));
  }
  return texts;
}

async function ask(fetch: Fetch, run: Run, variables: string): Promise<SubgraphAnswer> {
  const subgraph = run.subgraph(fetch.serviceName);
  if (subgraph === undefined) throw new Error(`Couldn't find service with name "${fetch.serviceName}"`);
  return subgraph.ask(`${fetch.head}${variables}}}`, fetch.repeatable, run.context);
}
