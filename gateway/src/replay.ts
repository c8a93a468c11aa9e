import { Kind, parse } from 'graphql';
import { BoundedMap } from '@smart-tickets/kit/bounded-map';

const literal = '';
const known = new BoundedMap<string, string | null>(500);

/**
 * Whether a subscription asks for a replay: its root field has a value for an argument called `after`. Such a one
 * begins in the past, so nobody can join it once it runs.
 */
export function asksForReplay(query: string, variables: Readonly<Record<string, unknown>>): boolean {
  let after = known.get(query);
  if (after === undefined) {
    after = cursorOf(query);
    known.set(query, after);
  }
  if (after === null) return false;
  return after === literal || (variables[after] ?? null) !== null;
}

/** The name of the field that a planned subscription asks for. */
export function rootFieldOf(query: string): string | undefined {
  for (const node of parse(query).definitions) {
    if (node.kind !== Kind.OPERATION_DEFINITION) continue;
    const field = node.selectionSet.selections.find((selection) => selection.kind === Kind.FIELD);
    return field?.name.value;
  }
  return undefined;
}

/** The variable that the root field's `after` takes, '' for a value written out, null when there is none. */
function cursorOf(query: string): string | null {
  for (const node of parse(query).definitions) {
    if (node.kind !== Kind.OPERATION_DEFINITION) continue;
    for (const field of node.selectionSet.selections) {
      if (field.kind !== Kind.FIELD) continue;
      const value = field.arguments?.find((argument) => argument.name.value === 'after')?.value;
      if (value === undefined || value.kind === Kind.NULL) continue;
      if (value.kind !== Kind.VARIABLE) return literal;
      const fallback = node.variableDefinitions?.find(
        (item) => item.variable.name.value === value.name.value,
      );
      return fallback?.defaultValue === undefined ? value.name.value : literal;
    }
  }
  return null;
}
