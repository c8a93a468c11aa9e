import { describe, expect, test } from '@jest/globals';
import type { Viewer } from '@smart-tickets/kit/internal-token';
import { buildSchema } from 'graphql';
import { Admission, type OperationRequest } from './admission.ts';
import { Budgets } from './budgets.ts';
import { defaultLimits, type Limits } from './limits.ts';

const schema = buildSchema(`
  directive @mark repeatable on FIELD
  type Node { id: ID! next: Node children(first: Int = 3): Connection! bare: [Node!]! top(first: Int!): [Node!]! }
  type Edge { node: Node! }
  type Connection { edges: [Edge!]! nodes: [Node!]! }
  type Query { node: Node nodes(first: Int = 10, last: Int): Connection! }
  type Mutation { change: Int }
`);
const viewerOf = (role: Viewer['role']): Viewer => ({
  workspaceId: '0198f3a2-0000-7000-8000-000000000001',
  role,
  subject: 'x',
  generation: null,
});

function refusal(query: string, limits: Partial<Limits> = {}, more: Partial<OperationRequest> = {}): unknown {
  const admission = new Admission({ ...defaultLimits, ...limits }, () => schema, new Budgets(1_000_000));
  const result = admission.admit(viewerOf('AGENT'), {
    query,
    operationName: undefined,
    variables: {},
    ...more,
  });
  return result.ok ? 'admitted' : result.error.error.extensions;
}
const over = (limit: string, actual: number, allowed: number): object => ({
  code: 'LIMIT_EXCEEDED',
  limit,
  actual,
  allowed,
});
const repeat = (count: number, part: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => part(index)).join(' ');

describe('takes what is at a limit and refuses what is above it:', () => {
  test('tokens', () => {
    const tokens = (count: number): string => `{ ${repeat(count - 2, (index) => `_${index}`)} }`;

    expect(refusal(tokens(50), { tokens: 50, rootFields: 99 })).toBe('admitted');
    expect(refusal(tokens(51), { tokens: 50, rootFields: 99 })).toEqual(over('tokens', 51, 50));
  });

  test('depth', () => {
    const deep = (depth: number): string => `{ node ${'{ next '.repeat(depth - 2)} { id ${'}'.repeat(depth)}`;

    expect(refusal(deep(15))).toBe('admitted');
    expect(refusal(deep(16))).toEqual(over('depth', 16, 15));
  });

  test('aliases', () => {
    const aliased = (count: number): string => `{ node { ${repeat(count, (index) => `a${index}: id`)} } }`;

    expect(refusal(aliased(100))).toBe('admitted');
    expect(refusal(aliased(101))).toEqual(over('aliases', 101, 100));
  });

  test('root fields, also when fragments hold them', () => {
    const flat = (count: number): string => `{ ${repeat(count, (index) => `a${index}: __typename`)} }`;
    const folded = `query { ...A ...A } fragment A on Query { ${repeat(11, () => '__typename')} }`;

    expect(refusal(flat(20))).toBe('admitted');
    expect(refusal(flat(21))).toEqual(over('rootFields', 21, 20));
    expect(refusal(folded)).toEqual(over('rootFields', 22, 20));
  });

  test('the same field again and again', () => {
    const repeated = (count: number): string => `{ node { ${'next { id } '.repeat(count)} } }`;

    expect(refusal(repeated(20))).toBe('admitted');
    expect(refusal(repeated(21))).toEqual(over('repeats', 21, 20));
  });

  test('directives', () => {
    const marked = (count: number): string => `{ node { id ${'@mark '.repeat(count)} } }`;

    expect(refusal(marked(50))).toBe('admitted');
    expect(refusal(marked(51))).toEqual(over('directives', 51, 50));
  });

  test('characters', () => {
    const long = (length: number): string => `{ node { id } } #${'x'.repeat(length - 17)}`;

    expect(refusal(long(262_144))).toBe('admitted');
    expect(refusal(long(262_145))).toEqual(over('characters', 262_145, 262_144));
  });

  test('cost', () => {
    // One connection, and the nodes in it.
    expect(refusal('{ nodes(first: 99) { nodes { id } } }', { cost: 100 })).toBe('admitted');
    expect(refusal('{ nodes(first: 100) { nodes { id } } }', { cost: 100 })).toEqual(over('cost', 101, 100));
  });
});

describe('counts a list', () => {
  const cost = (query: string, variables: Record<string, unknown> = {}): unknown => {
    const found = refusal(query, { cost: 0 }, { variables });
    return typeof found === 'object' && found !== null && 'actual' in found ? found.actual : found;
  };

  test.each([
    ['by what is written', '{ nodes(first: 7) { nodes { id } } }', {}, 1 + 7],
    ['by the larger of first and last', '{ nodes(first: 2, last: 7) { nodes { id } } }', {}, 1 + 7],
    ['by the default of the argument', '{ nodes { nodes { id } } }', {}, 1 + 10],
    ['by the variable', 'query($n: Int) { nodes(first: $n) { nodes { id } } }', { n: 8 }, 1 + 8],
    ['by the default of the variable', 'query($n: Int = 6) { nodes(first: $n) { nodes { id } } }', {}, 1 + 6],
    ['as 25 when nothing says more', '{ node { bare { id } } }', {}, 1 + 25],
    ['as one at least', '{ node { top(first: -5) { id } } }', {}, 1 + 1],
    ['of its own first', '{ node { top(first: 4) { bare { id } } } }', {}, 1 + 4 * (1 + 25)],
    [
      'within its connection',
      '{ nodes(first: 5) { edges { node { id } } nodes { id } } }',
      {},
      1 + 5 * 2 + 5,
    ],
    [
      'within a list',
      '{ nodes(first: 5) { nodes { children(first: 4) { nodes { id } } } } }',
      {},
      1 + 5 * (1 + 1 + 4),
    ],
  ])('%s', (_name, query, variables, expected) => {
    expect(cost(query, variables)).toBe(expected);
  });
});

test('sees through sixteen fragments that double each other without writing them out', () => {
  const fragments = repeat(
    16,
    (index) => `fragment F${index} on Node { a: next { ...F${index + 1} } b: next { ...F${index + 1} } }`,
  );
  const bomb = `{ node { ...F0 } } ${fragments} fragment F16 on Node { id }`;

  expect(refusal(bomb, { depth: 99, selections: 1e9 })).toEqual(over('cost', 2 ** 17 - 1, 20_000));
  expect(refusal(bomb)).toMatchObject({ code: 'LIMIT_EXCEEDED' });
});

test('sees through doubling fragments that ask for no object', () => {
  const fragments = repeat(16, (index) => `fragment F${index} on Node { ...F${index + 1} ...F${index + 1} }`);

  expect(refusal(`{ node { ...F0 } } ${fragments} fragment F16 on Node { id }`)).toMatchObject({
    code: 'LIMIT_EXCEEDED',
    limit: 'selections',
  });
});

test('leaves fragments that hold themselves, and unknown ones, to validation', () => {
  expect(refusal('{ node { ...A ...None } } fragment A on Node { next { ...A } }')).toBe('admitted');
});

test('measures the operation that is named', () => {
  const query = 'query A { node { id } } query B { nodes(first: 100) { nodes { id } } }';

  expect(refusal(query, { cost: 50 }, { operationName: 'A' })).toBe('admitted');
  expect(refusal(query, { cost: 50 }, { operationName: 'B' })).toEqual(over('cost', 101, 50));
  expect(refusal(query, { cost: 50 })).toEqual({ code: 'OPERATION_RESOLUTION_FAILURE' });
});

test('measures again when a list length comes by variable', () => {
  const admission = new Admission({ ...defaultLimits, cost: 50 }, () => schema, new Budgets(1_000_000));
  const query = 'query($n: Int) { nodes(first: $n) { nodes { id } } }';
  const admits = (n: number): boolean =>
    admission.admit(viewerOf('AGENT'), { query, operationName: undefined, variables: { n } }).ok;

  expect([admits(49), admits(50), admits(49)]).toEqual([true, false, true]);
});

test('says where a broken document is broken', () => {
  expect(refusal('{ node { ')).toEqual({ code: 'GRAPHQL_PARSE_FAILED' });
});

test.each([
  ['VIEWER', 'mutation { change }', false],
  ['VIEWER', '{ node { id } }', true],
  ['AGENT', 'mutation { change }', true],
  ['CONNECTOR', 'mutation { change }', true],
] as const)('lets %s run %s: %s', (role, query, expected) => {
  const admission = new Admission(defaultLimits, () => schema, new Budgets(1_000_000));

  const result = admission.admit(viewerOf(role), { query, operationName: undefined, variables: {} });

  expect(result.ok).toBe(expected);
  if (!result.ok)
    expect(result.error).toMatchObject({ status: 403, error: { extensions: { code: 'FORBIDDEN' } } });
});
