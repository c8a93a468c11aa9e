import {
  getDirectiveValues,
  GraphQLIncludeDirective,
  GraphQLSkipDirective,
  Kind,
  type FieldNode,
  type GraphQLResolveInfo,
  type SelectionNode,
} from 'graphql';

/** What was asked for of the field that is being resolved. */
export type Selection = Pick<GraphQLResolveInfo, 'fieldNodes' | 'fragments' | 'variableValues'>;

function isIncluded(node: SelectionNode, { variableValues }: Selection): boolean {
  if (node.directives === undefined || node.directives.length === 0) return true;
  return (
    getDirectiveValues(GraphQLSkipDirective, node, variableValues)?.['if'] !== true &&
    getDirectiveValues(GraphQLIncludeDirective, node, variableValues)?.['if'] !== false
  );
}

/** The fields of this name directly below some fields, those of fragments included; each fragment is entered once. */
function fieldsBelow(parents: readonly FieldNode[], name: string, info: Selection): FieldNode[] {
  const found: FieldNode[] = [];
  const entered = new Set<string>();
  const open = parents.flatMap((parent) => parent.selectionSet?.selections ?? []);
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (!isIncluded(node, info)) continue;
    if (node.kind === Kind.FIELD) {
      if (node.name.value === name) found.push(node);
    } else if (node.kind === Kind.INLINE_FRAGMENT) {
      open.push(...node.selectionSet.selections);
    } else if (!entered.has(node.name.value)) {
      entered.add(node.name.value);
      open.push(...(info.fragments[node.name.value]?.selectionSet.selections ?? []));
    }
  }
  return found;
}

/** Whether the field that is being resolved was asked for with this path of fields below it, in fragments or not. */
export function isSelected(info: Selection, ...path: readonly string[]): boolean {
  let reached: readonly FieldNode[] = info.fieldNodes;
  for (const name of path) reached = fieldsBelow(reached, name, info);
  return reached.length > 0;
}

/** Whether a ticket at this path below the field was asked for with what has been said on it. */
export function showsMessages(info: Selection, ...path: readonly string[]): boolean {
  return isSelected(info, ...path, 'lastMessage') || isSelected(info, ...path, 'timeline');
}
