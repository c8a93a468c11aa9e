import { describe, expect, test } from '@jest/globals';
import { Kind, parse, type FieldNode, type FragmentDefinitionNode } from 'graphql';
import { isSelected, type Selection } from './selection.ts';

/** What the resolver of the first root field of a query is told of the selection. */
function selectionOf(query: string, variableValues: Record<string, unknown> = {}): Selection {
  const { definitions } = parse(query);
  const fragments: Record<string, FragmentDefinitionNode> = {};
  const fieldNodes: FieldNode[] = [];
  for (const definition of definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments[definition.name.value] = definition;
    else if (definition.kind === Kind.OPERATION_DEFINITION)
      fieldNodes.push(...definition.selectionSet.selections.filter((node) => node.kind === Kind.FIELD));
  }
  return { fieldNodes, fragments, variableValues };
}

describe('a field', () => {
  test.each([
    ['directly', '{ ticket { lastMessage { id } } }'],
    ['under another name', '{ ticket { last: lastMessage { id } } }'],
    ['in an inline fragment', '{ ticket { ... on Ticket { ... { lastMessage { id } } } } }'],
    [
      'in fragments of fragments',
      '{ ticket { ...a } } fragment a on Ticket { ...b } fragment b on Ticket { lastMessage { id } }',
    ],
    ['by one of two that are merged', '{ ticket { id } ticket { lastMessage { id } } }'],
    ['included', 'query ($x: Boolean!) { ticket { lastMessage @include(if: $x) @skip(if: false) { id } } }'],
  ])('is selected %s', (_name, query) => {
    expect(isSelected(selectionOf(query, { x: true }), 'lastMessage')).toBe(true);
  });

  test.each([
    ['left out', '{ ticket { id } }'],
    ['only the name of another', '{ ticket { lastMessage: subject } }'],
    ['further down', '{ ticket { customer { lastMessage } } }'],
    ['skipped', 'query ($x: Boolean!) { ticket { lastMessage @skip(if: $x) { id } } }'],
    [
      'in a fragment that is not included',
      'query ($x: Boolean!) { ticket { ... @skip(if: $x) { lastMessage { id } } } }',
    ],
    ['in a fragment that nobody spreads', '{ ticket { id } } fragment a on Ticket { lastMessage { id } }'],
  ])('is not selected when it is %s', (_name, query) => {
    expect(isSelected(selectionOf(query, { x: true }), 'lastMessage')).toBe(false);
  });

  test('is found along a path', () => {
    const selection = selectionOf(
      '{ replyToTicket { ...p } } fragment p on P { t: ticket { timeline { nodes { id } } } }',
    );

    expect(isSelected(selection, 'ticket', 'timeline', 'nodes')).toBe(true);
    expect(isSelected(selection, 'timeline')).toBe(false);
  });

  test('is found at once in fragments that would unfold a millionfold', () => {
    const fragments = Array.from(
      { length: 40 },
      (_, n) =>
        `fragment f${n} on Ticket { ${n === 39 ? 'lastMessage { id }' : `...f${n + 1} ...f${n + 1}`} }`,
    );

    expect(isSelected(selectionOf(`{ ticket { ...f0 } } ${fragments.join(' ')}`), 'lastMessage')).toBe(true);
  });
});
