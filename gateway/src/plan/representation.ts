import type { QueryPlanSelectionNode } from '@apollo/query-planner';
import { isAbstractType, isInterfaceType, type GraphQLSchema } from 'graphql';
import { merge, type Plain } from './merge.ts';

/** What a subgraph is told of an entity; null when the entity lacks something of it. */
export type Represent = (entity: unknown) => Plain | null;

/** The function that reads what a fetch requires out of an entity. Throws on selections that it does not know. */
export function representOf(selections: readonly QueryPlanSelectionNode[], schema: GraphQLSchema): Represent {
  const parts = selections.map((selection) => partOf(selection, schema));
  return (entity) => {
    if (typeof entity !== 'object' || entity === null) return null;
    const result: Plain = {};
    for (const part of parts) if (!part(entity as Plain, result)) return null;
    return result;
  };
}

/** Adds one selection to a representation; false when the entity lacks it. */
type Part = (entity: Plain, result: Plain) => boolean;

function partOf(selection: QueryPlanSelectionNode, schema: GraphQLSchema): Part {
  if (selection.kind === 'InlineFragment') {
    if (selection.typeCondition === undefined) throw new Error('a required fragment without a type');
    const types = typesWithin(selection.typeCondition, schema);
    const represent = representOf(selection.selections, schema);
    return (entity, result) => {
      const found = types.has(entity['__typename']) ? represent(entity) : null;
      if (found !== null) merge(result, found);
      return true;
    };
  }
  const name = selection.alias ?? selection.name;
  const one = selection.selections === undefined ? undefined : representOf(selection.selections, schema);
  // Of lists in lists each object, where Apollo's executor sends nulls.
  const inner = (value: unknown): unknown => (Array.isArray(value) ? value.map(inner) : one?.(value));
  return (entity, result) => {
    const value = entity[name];
    if (value === undefined) return false;
    result[name] = one === undefined ? value : inner(value);
    return true;
  };
}

/** Names of the types whose objects are of a type. */
function typesWithin(name: string, schema: GraphQLSchema): ReadonlySet<unknown> {
  const type = schema.getType(name);
  const within: { readonly name: string }[] = [];
  if (isAbstractType(type)) within.push(...schema.getPossibleTypes(type));
  if (isInterfaceType(type)) within.push(...schema.getImplementations(type).interfaces);
  return new Set([name, ...within.map((inner) => inner.name)]);
}
