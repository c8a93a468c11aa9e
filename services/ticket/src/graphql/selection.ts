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

/** What was found for the fields of an execution, which is known by its variables: it is the same for each thing of a list. */
const answers = new WeakMap<object, WeakMap<readonly FieldNode[], Map<string, boolean>>>();

function answersFor({ variableValues, fieldNodes }: Selection): Map<string, boolean> {
  const ofExecution =
    answers.get(variableValues) ?? new WeakMap<readonly FieldNode[], Map<string, boolean>>();
  answers.set(variableValues, ofExecution);
  const ofField = ofExecution.get(fieldNodes) ?? new Map<string, boolean>();
  ofExecution.set(fieldNodes, ofField);
  return ofField;
}

/** Whether the field that is being resolved was asked for with this path of fields below it, in fragments or not. */
export function isSelected(info: Selection, ...path: readonly string[]): boolean {
  const known = answersFor(info);
  const key = path.join('.');
  const answer = known.get(key);
  if (answer !== undefined) return answer;
  let reached: readonly FieldNode[] = info.fieldNodes;
  for (const name of path) reached = fieldsBelow(reached, name, info);
  known.set(key, reached.length > 0);
  return reached.length > 0;
}
