import {
  getNamedType,
  isAbstractType,
  isCompositeType,
  isObjectType,
  isUnionType,
  Kind,
  parse,
  print,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLSchema,
  type InlineFragmentNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';

/**
 * The same operation with each fragment on an interface or a union written as fragments on the types of objects, and named
 * fragments written out; null where Apollo's executor does not need that. By the specification the answer is the same. But
 * where a subgraph was not asked for `__typename`, as the plan knows the type anyway, Apollo's executor takes an object within
 * `... on Thing` for any Thing, and leaves out the fields of a `... on Box` in there although the object is a Box.
 *
 * Source: `typeConditionApplies` in resultShaping of @apollo/gateway 2.14.4; CollectFields of the GraphQL specification.
 */
export function withConcreteFragments(schema: GraphQLSchema, query: string): string | null {
  const document = parse(query, { noLocation: true });
  const writer = new Concrete(
    schema,
    document.definitions.filter((node) => node.kind === Kind.FRAGMENT_DEFINITION),
  );
  const definitions = document.definitions.flatMap((node) => {
    const root = node.kind === Kind.OPERATION_DEFINITION ? schema.getRootType(node.operation) : undefined;
    if (node.kind !== Kind.OPERATION_DEFINITION || !root) return [];
    return [{ ...node, selectionSet: writer.set(node.selectionSet, { type: root }) }];
  });
  return writer.needed ? print({ ...document, definitions }) : null;
}

/** What is known of the object that fields are selected of. */
interface Scope {
  readonly type: GraphQLCompositeType;
  /** The interface or union that Apollo's executor takes it for. */
  readonly takenFor?: GraphQLCompositeType | undefined;
  /** Whether it says its type: the field that it is in has an abstract one. */
  readonly said?: boolean;
}

class Concrete {
  needed = false;
  #schema: GraphQLSchema;
  #fragments: ReadonlyMap<string, FragmentDefinitionNode>;

  constructor(schema: GraphQLSchema, fragments: readonly FragmentDefinitionNode[]) {
    this.#schema = schema;
    this.#fragments = new Map(fragments.map((fragment) => [fragment.name.value, fragment]));
  }

  set({ selections }: SelectionSetNode, scope: Scope): SelectionSetNode {
    const written = selections.flatMap((selection) => this.#selection(selection, scope));
    return { kind: Kind.SELECTION_SET, selections: written.length === 0 ? nothing : written };
  }

  #selection(node: SelectionNode, scope: Scope): SelectionNode[] {
    if (node.kind !== Kind.FIELD) return this.#fragment(node, scope);
    const field = isUnionType(scope.type) ? undefined : scope.type.getFields()[node.name.value];
    const type = field === undefined ? undefined : getNamedType(field.type);
    if (node.selectionSet === undefined || !isCompositeType(type)) return [node];
    return [{ ...node, selectionSet: this.set(node.selectionSet, { type, said: isAbstractType(type) }) }];
  }

  #fragment(node: Exclude<SelectionNode, FieldNode>, scope: Scope): InlineFragmentNode[] {
    const fragment = node.kind === Kind.INLINE_FRAGMENT ? node : this.#fragments.get(node.name.value);
    if (fragment === undefined) throw new Error('a fragment that is not there');
    const named = fragment.typeCondition?.name.value;
    const condition = named === undefined ? (scope.takenFor ?? scope.type) : this.#schema.getType(named);
    if (!isCompositeType(condition)) throw new Error('a fragment on no type');
    if (scope.takenFor !== undefined && !this.#covers(condition, scope.takenFor)) this.needed = true;
    const takenFor = scope.said !== true && isAbstractType(condition) ? condition : undefined;
    return this.#objectsOf(condition)
      .filter((type) => this.#objectsOf(scope.type).includes(type))
      .map((type) => ({
        kind: Kind.INLINE_FRAGMENT,
        typeCondition: { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: type.name } },
        directives: node.directives ?? [],
        selectionSet: this.set(fragment.selectionSet, { ...scope, type, takenFor }),
      }));
  }

  #covers(wide: GraphQLCompositeType, narrow: GraphQLCompositeType): boolean {
    if (wide === narrow) return true;
    return isAbstractType(wide) && !isUnionType(narrow) && this.#schema.isSubType(wide, narrow);
  }

  #objectsOf(type: GraphQLCompositeType): readonly GraphQLCompositeType[] {
    return isObjectType(type) ? [type] : this.#schema.getPossibleTypes(type);
  }
}

/** A selection set of which nothing is left still must have something in it. */
const nothing = parse('{ __typename @skip(if: true) }', { noLocation: true }).definitions.flatMap((node) =>
  node.kind === Kind.OPERATION_DEFINITION ? node.selectionSet.selections : [],
);
