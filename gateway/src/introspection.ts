import {
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isAbstractType,
  isObjectType,
  Kind,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLNamedType,
  type GraphQLSchema,
  type SelectionSetNode,
} from 'graphql';

/** What the part of an operation that reads the schema asks for. */
export interface SchemaReading {
  /** Nested fields, `__schema` or `__type` and the innermost one counted. */
  readonly depth: number;
  /** How many lists of types, or of the parts of a type, are within each other. */
  readonly lists: number;
  /** Objects that the answer can hold. */
  readonly objects: number;
  /** Selections after every fragment has been written out. */
  readonly selections: number;
}

/** Whose parts a list gives: those of all types, each type once, or those of any type that is pointed to. */
type Of = 'each' | 'any';

type Lengths = ReadonlyMap<string, Readonly<Record<Of, number>>>;

/** Lists by which types lead to types; the others (`args`, `enumValues`, `directives`) lead no further by themselves. */
const lists: ReadonlySet<string> = new Set(['types', 'fields', 'inputFields', 'interfaces', 'possibleTypes']);
/** What stays with the type that it is a part of. */
const parts: ReadonlySet<string> = new Set(['fields', 'inputFields', 'args', 'enumValues']);

const nothing: SchemaReading = { depth: 0, lists: 0, objects: 0, selections: 1 };
const leaf: SchemaReading = { depth: 1, lists: 0, objects: 0, selections: 1 };

const lengthsOfSchemas = new WeakMap<GraphQLSchema, Lengths>();

/** The length of each list of a schema: on average over all types, and at most. */
function lengthsOf(schema: GraphQLSchema): Lengths {
  const known = lengthsOfSchemas.get(schema);
  if (known !== undefined) return known;
  const types = Object.values(schema.getTypeMap());
  const directives = schema.getDirectives();
  const over = (counts: readonly number[], more: readonly number[] = []): Record<Of, number> => ({
    each: counts.reduce((sum, count) => sum + count, 0) / Math.max(1, counts.length),
    any: Math.max(1, ...counts, ...more),
  });
  const all = (length: number): Record<Of, number> => ({ each: length, any: length });
  const counted = (count: (type: GraphQLNamedType) => number): Record<Of, number> => over(types.map(count));
  const lengths = new Map([
    ['types', all(types.length)],
    ['directives', all(directives.length)],
    ['fields', counted((type) => (hasFields(type) ? Object.keys(type.getFields()).length : 0))],
    ['inputFields', counted((type) => (isInputObjectType(type) ? Object.keys(type.getFields()).length : 0))],
    ['interfaces', counted((type) => (hasFields(type) ? type.getInterfaces().length : 0))],
    ['possibleTypes', counted((type) => (isAbstractType(type) ? schema.getPossibleTypes(type).length : 0))],
    ['enumValues', counted((type) => (isEnumType(type) ? type.getValues().length : 0))],
    [
      'args',
      over(
        types
          .filter(hasFields)
          .flatMap((type) => Object.values(type.getFields()).map(({ args }) => args.length)),
        directives.map(({ args }) => args.length),
      ),
    ],
  ]);
  lengthsOfSchemas.set(schema, lengths);
  return lengths;
}

function hasFields(type: GraphQLNamedType) {
  return isObjectType(type) || isInterfaceType(type);
}

/** Measures `__schema` and `__type` of one document; walks every fragment twice at most, however it is nested. */
export class SchemaReadings {
  #lengths: Lengths;
  #fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  #known = new Map<string, SchemaReading>();
  #open = new Set<string>();

  constructor(schema: GraphQLSchema, fragments: ReadonlyMap<string, FragmentDefinitionNode>) {
    this.#lengths = lengthsOf(schema);
    this.#fragments = fragments;
  }

  /** The field need not be valid. */
  of(node: FieldNode): SchemaReading {
    return this.#field(node, 'any');
  }

  #field(node: FieldNode, of: Of): SchemaReading {
    if (node.selectionSet === undefined) return leaf;
    const name = node.name.value;
    const inner = this.#set(
      node.selectionSet,
      name === 'types' ? 'each' : parts.has(name) && of === 'each' ? 'each' : 'any',
    );
    const times = this.#lengths.get(name)?.[of] ?? 1;
    return {
      depth: inner.depth + 1,
      lists: inner.lists + (lists.has(name) ? 1 : 0),
      objects: times * (1 + inner.objects),
      selections: inner.selections + 1,
    };
  }

  #set(set: SelectionSetNode, of: Of): SchemaReading {
    let sum = nothing;
    for (const node of set.selections) {
      const one =
        node.kind === Kind.FIELD
          ? this.#field(node, of)
          : node.kind === Kind.INLINE_FRAGMENT
            ? this.#set(node.selectionSet, of)
            : this.#fragment(node.name.value, of);
      sum = {
        depth: Math.max(sum.depth, one.depth),
        lists: Math.max(sum.lists, one.lists),
        objects: sum.objects + one.objects,
        selections: sum.selections + one.selections,
      };
    }
    return sum;
  }

  #fragment(name: string, of: Of): SchemaReading {
    const key = `${of} ${name}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const fragment = this.#fragments.get(name);
    // One that holds itself or does not exist is refused by validation afterwards.
    if (fragment === undefined || this.#open.has(key)) return nothing;
    this.#open.add(key);
    const reading = this.#set(fragment.selectionSet, of);
    this.#open.delete(key);
    this.#known.set(key, reading);
    return reading;
  }
}
