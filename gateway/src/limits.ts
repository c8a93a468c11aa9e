import {
  getNamedType,
  getNullableType,
  isCompositeType,
  isListType,
  isInterfaceType,
  isObjectType,
  Kind,
  visit,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionSetNode,
  type ValueNode,
} from 'graphql';
import { SchemaReadings } from './introspection.ts';

/** What one operation may ask for. Each is checked before any work is done for it. */
export interface Limits {
  /** Lexical tokens of the document; variables do not count. */
  readonly tokens: number;
  /** Nested fields, the innermost one counted. */
  readonly depth: number;
  readonly aliases: number;
  readonly rootFields: number;
  /** How often one field is written in one selection set: validation compares each with each. */
  readonly repeats: number;
  readonly directives: number;
  /** Selections after every fragment has been written out. */
  readonly selections: number;
  /** Objects that the answer can hold: lists count as often as their `first` says, 25 times when it says nothing. */
  readonly cost: number;
  /** Nested fields from `__schema` or `__type` on: graphql-js's own query with nine `ofType` has 15. */
  readonly introspectionDepth: number;
  /** Lists of types, or of the parts of a type, within each other: what tools ask for has two. */
  readonly introspectionLists: number;
  /** Objects of the schema that the answer can hold; the whole schema by graphql-js's own query counts 8,000. */
  readonly introspectionObjects: number;
}

export const defaultLimits: Limits = {
  tokens: 2_000,
  depth: 15,
  aliases: 100,
  rootFields: 20,
  repeats: 20,
  directives: 50,
  selections: 5_000,
  cost: 20_000,
  introspectionDepth: 15,
  introspectionLists: 2,
  introspectionObjects: 50_000,
};

export type Measures = Readonly<Omit<Limits, 'tokens'>>;

/** Length of a list that nothing says anything about. */
const unknownLength = 25;

interface Shape {
  depth: number;
  selections: number;
  cost: number;
  introspectionDepth: number;
  introspectionLists: number;
  introspectionObjects: number;
}

const noIntrospection = { introspectionDepth: 0, introspectionLists: 0, introspectionObjects: 0 };
const leaf: Shape = { depth: 1, selections: 1, cost: 0, ...noIntrospection };

type Variables = Readonly<Record<string, unknown>>;

/** Walks one operation once; every fragment is walked once per length that reaches it, so nesting costs no more. */
class Walk {
  /** Whether the cost depends on variables. */
  askedVariables = false;
  #schema: GraphQLSchema;
  #fragments: Map<string, FragmentDefinitionNode>;
  #operation: OperationDefinitionNode;
  #variables: Variables;
  #known = new Map<string, Shape>();
  #open = new Set<string>();
  #readings: SchemaReadings;

  constructor(
    schema: GraphQLSchema,
    document: DocumentNode,
    operation: OperationDefinitionNode,
    variables: Variables,
  ) {
    this.#schema = schema;
    this.#operation = operation;
    this.#variables = variables;
    this.#fragments = new Map();
    for (const node of document.definitions) {
      if (node.kind === Kind.FRAGMENT_DEFINITION) this.#fragments.set(node.name.value, node);
    }
    this.#readings = new SchemaReadings(schema, this.#fragments);
  }

  /** Number of fields at the root once fragments are written out. */
  rootFields(set: SelectionSetNode): number {
    return this.#countFields(set, new Map(), new Set());
  }

  #countFields(set: SelectionSetNode, known: Map<string, number>, open: Set<string>): number {
    let count = 0;
    for (const node of set.selections) {
      if (node.kind === Kind.FIELD) count += 1;
      else if (node.kind === Kind.INLINE_FRAGMENT) count += this.#countFields(node.selectionSet, known, open);
      else {
        const name = node.name.value;
        const fragment = this.#fragments.get(name);
        if (fragment === undefined || open.has(name)) continue;
        open.add(name);
        const fields = known.get(name) ?? this.#countFields(fragment.selectionSet, known, open);
        open.delete(name);
        known.set(name, fields);
        count += fields;
      }
    }
    return count;
  }

  /** `length` is what the field around says about the lists right below it (a connection's `first`). */
  set(set: SelectionSetNode, type: GraphQLCompositeType | undefined, length: number | undefined): Shape {
    const sum: Shape = { depth: 0, selections: 0, cost: 0, ...noIntrospection };
    for (const node of set.selections) {
      const shape =
        node.kind === Kind.FIELD
          ? this.#field(node, type, length)
          : node.kind === Kind.INLINE_FRAGMENT
            ? this.set(node.selectionSet, this.#typeNamed(node.typeCondition?.name.value) ?? type, length)
            : this.#fragment(node.name.value, length);
      sum.depth = Math.max(sum.depth, shape.depth);
      sum.selections += shape.selections;
      sum.cost += shape.cost;
      sum.introspectionDepth = Math.max(sum.introspectionDepth, shape.introspectionDepth);
      sum.introspectionLists = Math.max(sum.introspectionLists, shape.introspectionLists);
      sum.introspectionObjects += shape.introspectionObjects;
    }
    sum.selections += 1;
    return sum;
  }

  #fragment(name: string, length: number | undefined): Shape {
    const key = `${name} ${String(length)}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const fragment = this.#fragments.get(name);
    // A fragment that holds itself or does not exist is refused by validation afterwards.
    if (fragment === undefined || this.#open.has(name)) return { ...leaf, depth: 0 };
    this.#open.add(name);
    const shape = this.set(fragment.selectionSet, this.#typeNamed(fragment.typeCondition.name.value), length);
    this.#open.delete(name);
    this.#known.set(key, shape);
    return shape;
  }

  #field(node: FieldNode, type: GraphQLCompositeType | undefined, outerLength: number | undefined): Shape {
    const name = node.name.value;
    // Introspection touches no subgraph and has limits of its own.
    if (name.startsWith('__')) return node.selectionSet === undefined ? leaf : this.#introspection(node);
    const field = isObjectType(type) || isInterfaceType(type) ? type.getFields()[name] : undefined;
    if (node.selectionSet === undefined) return leaf;
    const own = this.#lengthAsked(node, field);
    const list = field !== undefined && isListType(getNullableType(field.type));
    const times = list ? (own ?? outerLength ?? unknownLength) : 1;
    const named = field === undefined ? undefined : getNamedType(field.type);
    const inner = this.set(
      node.selectionSet,
      isCompositeType(named) ? named : undefined,
      list ? undefined : own,
    );
    return {
      ...inner,
      depth: inner.depth + 1,
      selections: inner.selections + 1,
      cost: times * (1 + inner.cost),
    };
  }

  #introspection(node: FieldNode): Shape {
    const { depth, lists, objects, selections } = this.#readings.of(node);
    return {
      ...leaf,
      selections,
      introspectionDepth: depth,
      introspectionLists: lists,
      introspectionObjects: Math.round(objects),
    };
  }

  #lengthAsked(node: FieldNode, field: GraphQLField<unknown, unknown> | undefined): number | undefined {
    let asked: number | undefined;
    for (const name of ['first', 'last']) {
      const given = node.arguments?.find((argument) => argument.name.value === name);
      const value =
        given === undefined
          ? field?.args.find((argument) => argument.name === name)?.defaultValue
          : this.#value(given.value);
      if (typeof value === 'number' && Number.isFinite(value)) asked = Math.max(asked ?? 1, value);
    }
    return asked;
  }

  #value(node: ValueNode): unknown {
    if (node.kind === Kind.INT) return Number(node.value);
    if (node.kind !== Kind.VARIABLE) return undefined;
    this.askedVariables = true;
    const name = node.name.value;
    if (Object.hasOwn(this.#variables, name)) return this.#variables[name];
    const fallback = this.#operation.variableDefinitions?.find((item) => item.variable.name.value === name);
    return fallback?.defaultValue === undefined ? undefined : this.#value(fallback.defaultValue);
  }

  #typeNamed(name: string | undefined): GraphQLCompositeType | undefined {
    const type = name === undefined ? undefined : this.#schema.getType(name);
    return isCompositeType(type) ? type : undefined;
  }
}

function mostRepeats(set: SelectionSetNode): number {
  const times = new Map<string, number>();
  let most = 0;
  for (const node of set.selections) {
    if (node.kind !== Kind.FIELD) continue;
    const name = node.alias?.value ?? node.name.value;
    const count = (times.get(name) ?? 0) + 1;
    times.set(name, count);
    most = Math.max(most, count);
  }
  return most;
}

type Counts = Pick<Measures, 'aliases' | 'directives' | 'repeats'>;

function count(document: DocumentNode): Counts {
  const counts = { aliases: 0, directives: 0, repeats: 0 };
  visit(document, {
    SelectionSet: (node) => {
      counts.repeats = Math.max(counts.repeats, mostRepeats(node));
    },
    Field: (node) => {
      if (node.alias !== undefined) counts.aliases += 1;
    },
    Directive: () => {
      counts.directives += 1;
    },
  });
  return counts;
}

/** Measures operations, and remembers what it has found for as long as the document lives. */
export class Ruler {
  #counts = new WeakMap<DocumentNode, Counts>();
  /** Operations whose list lengths are all written out, by the schema that they were measured with. */
  #settled = new WeakMap<OperationDefinitionNode, { schema: GraphQLSchema; measures: Measures }>();

  /** The document need not be valid. Takes time in proportion to its length, however its fragments are nested. */
  measure(
    schema: GraphQLSchema,
    document: DocumentNode,
    operation: OperationDefinitionNode,
    variables: Variables,
  ): Measures {
    const settled = this.#settled.get(operation);
    if (settled?.schema === schema) return settled.measures;
    let counts = this.#counts.get(document);
    if (counts === undefined) {
      counts = count(document);
      this.#counts.set(document, counts);
    }
    const walk = new Walk(schema, document, operation, variables);
    const root = walk.set(
      operation.selectionSet,
      schema.getRootType(operation.operation) ?? undefined,
      undefined,
    );
    const measures = { ...root, ...counts, rootFields: walk.rootFields(operation.selectionSet) };
    if (!walk.askedVariables) this.#settled.set(operation, { schema, measures });
    return measures;
  }
}

/** The first limit that the measures break, or undefined. */
export function broken(
  measures: Measures,
  limits: Limits,
): { limit: keyof Measures; actual: number } | undefined {
  for (const limit of [
    'rootFields',
    'directives',
    'aliases',
    'repeats',
    'depth',
    'selections',
    'cost',
    'introspectionDepth',
    'introspectionLists',
    'introspectionObjects',
  ] as const) {
    if (measures[limit] > limits[limit]) return { limit, actual: measures[limit] };
  }
  return undefined;
}
