import {
  getNamedType,
  isAbstractType,
  isCompositeType,
  isEnumType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLLeafType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import { isSkipped, type Flags } from './conditions.ts';
import { isPlain, type Plain } from './merge.ts';

/** Stands for an answer that breaks the schema: a null where none may be, another type, a list that is none. */
export const unfit = Symbol('unfit');

/** Gives back what the client asked for of a value, or `unfit`. The value stays as it is. */
type Complete = (value: unknown) => unknown;

/**
 * Compiles one operation, for one set of flags, into a function that takes what the subgraphs have said and gives the data
 * of the answer: the fields that were asked for, in their order. Throws on what it does not know.
 */
export function shaperOf(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  flags: Flags,
): Complete {
  const root = schema.getRootType(operation.operation);
  if (!root) throw new Error(`the schema has no ${operation.operation}`);
  return new Shaper(schema, document, flags).object([{ set: operation.selectionSet, parent: root }], root);
}

/** A selection set with the type that its fields are looked up in. */
interface Selected {
  readonly set: SelectionSetNode;
  readonly parent: GraphQLCompositeType;
}

/** A field of an answer: its type as it is first selected, and everything that is selected below it. */
interface Field {
  /** Undefined for `__typename`. */
  readonly type: GraphQLOutputType | undefined;
  readonly below: Selected[];
}

class Shaper {
  #schema: GraphQLSchema;
  #flags: Flags;
  #fragments = new Map<string, FragmentDefinitionNode>();

  constructor(schema: GraphQLSchema, document: DocumentNode, flags: Flags) {
    this.#schema = schema;
    this.#flags = flags;
    for (const node of document.definitions) {
      if (node.kind === Kind.FRAGMENT_DEFINITION) this.#fragments.set(node.name.value, node);
    }
  }

  /** The objects of a composite type; which fields they have hangs on the type that each says that it is of. */
  object(selected: readonly Selected[], type: GraphQLCompositeType): Complete {
    if (isObjectType(type)) {
      const fields = this.#fieldsOf(selected, type);
      return (value) => {
        if (!isPlain(value)) return value === null || value === undefined ? null : unfit;
        const said = value['__typename'];
        return said === undefined || said === type.name ? fields(value) : unfit;
      };
    }
    const known = new Map<unknown, (value: Plain) => unknown>();
    return (value) => {
      if (!isPlain(value)) return value === null || value === undefined ? null : unfit;
      const said = value['__typename'];
      let fields = known.get(said);
      if (fields === undefined) {
        const concrete = typeof said === 'string' ? this.#schema.getType(said) : undefined;
        if (!isObjectType(concrete) || !this.#schema.isSubType(type, concrete)) return unfit;
        fields = this.#fieldsOf(selected, concrete);
        known.set(said, fields);
      }
      return fields(value);
    };
  }

  #fieldsOf(selected: readonly Selected[], type: GraphQLObjectType): (value: Plain) => unknown {
    const fields = new Map<string, Field>();
    for (const { set, parent } of selected) this.#collect(set, parent, type, fields);
    const completions = [...fields].map(([name, { type: fieldType, below }]) => ({
      name,
      complete: fieldType === undefined ? () => type.name : this.#complete(fieldType, below),
    }));
    return (value) => {
      const result: Plain = {};
      for (const { name, complete } of completions) {
        const completed = complete(value[name]);
        if (completed === unfit) return unfit;
        result[name] = completed;
      }
      return result;
    };
  }

  #collect(
    set: SelectionSetNode,
    parent: GraphQLCompositeType,
    type: GraphQLObjectType,
    fields: Map<string, Field>,
  ): void {
    for (const node of set.selections) {
      if (isSkipped(node, this.#flags)) continue;
      if (node.kind === Kind.FIELD) {
        const name = node.alias?.value ?? node.name.value;
        const fieldType = fieldTypeOf(parent, node.name.value);
        const field = fields.get(name) ?? { type: fieldType, below: [] };
        fields.set(name, field);
        const named = fieldType === undefined ? undefined : getNamedType(fieldType);
        if (node.selectionSet !== undefined && isCompositeType(named)) {
          field.below.push({ set: node.selectionSet, parent: named });
        }
        continue;
      }
      const fragment = node.kind === Kind.INLINE_FRAGMENT ? node : this.#fragments.get(node.name.value);
      if (fragment === undefined) throw new Error('a fragment that is not there');
      const condition = fragment.typeCondition?.name.value;
      const narrowed = condition === undefined ? parent : this.#schema.getType(condition);
      if (!isCompositeType(narrowed)) throw new Error(`no type ${condition} for a fragment`);
      if (this.#isOf(type, narrowed)) this.#collect(fragment.selectionSet, narrowed, type, fields);
    }
  }

  #isOf(type: GraphQLObjectType, condition: GraphQLCompositeType): boolean {
    return type === condition || (isAbstractType(condition) && this.#schema.isSubType(condition, type));
  }

  #complete(type: GraphQLOutputType, below: readonly Selected[]): Complete {
    if (isNonNullType(type)) {
      const inner = this.#complete(type.ofType, below);
      return (value) => (value === null || value === undefined ? unfit : inner(value));
    }
    if (isListType(type)) return listOf(this.#complete(type.ofType, below));
    if (isCompositeType(type)) return this.object(below, type);
    const fits = leafCheck(type);
    return (value) => {
      if (value === null || value === undefined) return null;
      return fits(value) ? value : unfit;
    };
  }
}

function listOf(complete: Complete): Complete {
  return (value) => {
    if (value === null || value === undefined) return null;
    if (!Array.isArray(value)) return unfit;
    const result: unknown[] = [];
    for (const item of value) {
      const completed = complete(item);
      if (completed === unfit) return unfit;
      result.push(completed);
    }
    return result;
  };
}

function fieldTypeOf(parent: GraphQLCompositeType, name: string): GraphQLOutputType | undefined {
  if (name === '__typename') return undefined;
  const field = isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[name] : undefined;
  if (field === undefined) throw new Error(`no field ${parent.name}.${name}`);
  return field.type;
}

const builtIn: Readonly<Record<string, (value: unknown) => boolean>> = {
  Boolean: (value) => typeof value === 'boolean',
  Int: isWhole,
  Float: (value) => typeof value === 'number' && Number.isFinite(value),
  String: (value) => typeof value === 'string',
  ID: (value) => typeof value === 'string' || isWhole(value),
};

/** From 1e21 on a number is written with an exponent, and counts as no whole one. */
function isWhole(value: unknown): boolean {
  return Number.isInteger(value) && Math.abs(value as number) < 1e21;
}

/** What a value of a leaf type must be; a scalar of our own may be anything, as Apollo has it. */
function leafCheck(type: GraphQLLeafType): (value: unknown) => boolean {
  if (!isEnumType(type)) return builtIn[type.name] ?? (() => true);
  const names = new Set<unknown>(type.getValues().map(({ name }) => name));
  return (value) => names.has(value);
}
