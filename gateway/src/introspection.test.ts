import { describe, expect, test } from '@jest/globals';
import { Supergraph } from '@apollo/federation-internals';
import type { Viewer } from '@smart-tickets/kit/internal-token';
import { buildSchema, getIntrospectionQuery, type GraphQLSchema } from 'graphql';
import { readFileSync } from 'node:fs';
import { Admission } from './admission.ts';
import { Budgets } from './budgets.ts';
import { defaultLimits, type Limits } from './limits.ts';

const supergraphFile = new URL('../../supergraph.graphql', import.meta.url);
const ownSchema = Supergraph.build(readFileSync(supergraphFile, 'utf8')).apiSchema().toGraphQLJSSchema();
const viewer: Viewer = { workspaceId: 'w', role: 'AGENT', subject: 'x', generation: null };

function admission(schema: GraphQLSchema, limits: Partial<Limits> = {}): Admission {
  return new Admission({ ...defaultLimits, ...limits }, () => schema, new Budgets(600_000));
}
function outcome(query: string, schema = ownSchema, limits: Partial<Limits> = {}): unknown {
  const result = admission(schema, limits).admit(viewer, { query, operationName: undefined, variables: {} });
  return result.ok ? 'admitted' : result.error.error.extensions;
}
const over = (limit: string, actual: unknown, allowed: number): object => ({
  code: 'LIMIT_EXCEEDED',
  limit,
  actual,
  allowed,
});
const repeat = (count: number, part: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => part(index)).join(' ');

const everything = {
  specifiedByUrl: true,
  directiveIsRepeatable: true,
  schemaDescription: true,
  inputValueDeprecation: true,
  oneOf: true,
};

describe('lets tools read the whole of our own schema:', () => {
  test.each([
    ['graphql-js, and what takes its query as it is', getIntrospectionQuery()],
    ['GraphiQL and graphql-codegen, which ask for all there is', getIntrospectionQuery(everything)],
    ['rover, with seven ofType', getIntrospectionQuery({ inputValueDeprecation: true, typeDepth: 7 })],
    [
      'someone who looks a type up',
      '{ __type(name: "Ticket") { name fields { name type { name fields { name } ofType { name } } } } }',
    ],
  ])('%s', (_tool, query) => {
    expect(outcome(query)).toBe('admitted');
  });

  test('with room for a schema that grows to its fivefold', () => {
    expect(outcome(getIntrospectionQuery(everything), ownSchema, { introspectionObjects: 10_000 })).toBe(
      'admitted',
    );
  });

  test('for a tenth of what as many objects of subgraphs would cost', () => {
    const admitted = admission(ownSchema).admit(viewer, {
      query: getIntrospectionQuery(everything),
      operationName: undefined,
      variables: {},
    });

    const cost = admitted.ok ? admitted.value.balance.cost : 0;
    expect(cost).toBeGreaterThan(100);
    expect(cost).toBeLessThan(1_000);
  });
});

describe('fault 30: refuses introspection', () => {
  const chain = (length: number): string =>
    `{ __type(name: "Ticket") ${'{ ofType '.repeat(length)} { name ${'}'.repeat(length + 2)}`;

  test('that nests deeper than tools do', () => {
    expect(outcome(chain(13))).toBe('admitted');
    expect(outcome(chain(14))).toEqual(over('introspectionDepth', 16, 15));
  });

  test.each([
    ['as it stands', '{ __schema { types { fields { type { fields { name } } } } } }'],
    ['by input fields', '{ __schema { types { inputFields { type { inputFields { type { name } } } } } } }'],
    ['by interfaces and possible types', '{ __schema { types { interfaces { possibleTypes { name } } } } }'],
    [
      'from a root type on',
      '{ __schema { queryType { fields { type { fields { type { fields { name } } } } } } } }',
    ],
    [
      'from one type on',
      '{ __type(name: "Ticket") { fields { type { fields { type { fields { name } } } } } } }',
    ],
    [
      'in fragments',
      `query { ...Q } fragment Q on Query { s: __schema { types { ...F } } }
       fragment F on __Type { a: fields { type { ...G } } } fragment G on __Type { ... { fields { name } } }`,
    ],
  ])('that follows types to types to types, %s', (_how, query) => {
    expect(outcome(query)).toEqual(over('introspectionLists', 3, 2));
  });

  test('that asks for the same again under many names', () => {
    const wide = `{ __schema { types { ${repeat(95, (index) => `a${index}: fields { args { type { name } } }`)} } } }`;

    expect(outcome(wide)).toMatchObject({ limit: 'introspectionObjects', allowed: 50_000 });
  });

  test('whose fragments double each other', () => {
    const fragments = repeat(
      10,
      (index) =>
        `fragment F${index} on __Type { a: ofType { ...F${index + 1} } b: ofType { ...F${index + 1} } }`,
    );
    const bomb = `{ __type(name: "Ticket") { ...F0 } } ${fragments} fragment F10 on __Type { name }`;
    const leaves = repeat(
      16,
      (index) => `fragment F${index} on __Type { ...F${index + 1} ...F${index + 1} }`,
    );

    expect(outcome(bomb)).toMatchObject({ code: 'LIMIT_EXCEEDED' });
    expect(
      outcome(`{ __type(name: "Ticket") { ...F0 } } ${leaves} fragment F16 on __Type { name }`),
    ).toMatchObject({
      limit: 'selections',
    });
  });
});

test('leaves fragments that hold themselves to validation', () => {
  expect(outcome('{ __type(name: "A") { ...A } } fragment A on __Type { ofType { ...A } }')).toBe('admitted');
});

describe('counts objects of a schema', () => {
  const schema = buildSchema(`
    type Query { wide(a: Int, b: Int, c: Int): Narrow, other: Int, third: Int }
    type Narrow { one: Int }
  `);
  const types = Object.keys(schema.getTypeMap()).length;
  const count = (query: string): unknown => {
    const found = outcome(query, schema, { introspectionObjects: 0 });
    return typeof found === 'object' && found !== null && 'actual' in found ? found.actual : found;
  };
  const fields = Object.values(schema.getTypeMap()).reduce(
    (sum, type) => sum + ('getFields' in type ? Object.keys(type.getFields()).length : 0),
    0,
  );

  test.each([
    [
      'exactly, where each type is asked for once',
      '{ __schema { types { fields { name } } } }',
      1 + types + fields,
    ],
    [
      'as the longest, where a type is pointed to',
      '{ __type(name: "Narrow") { fields { args { name } } } }',
      0,
    ],
  ])('%s', (_how, query, expected) => {
    const longest = Math.max(
      ...Object.values(schema.getTypeMap()).map((type) =>
        'getFields' in type ? Object.keys(type.getFields()).length : 0,
      ),
    );
    expect(count(query)).toBe(expected === 0 ? 1 + longest * (1 + 3) : expected);
  });
});
