import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { isObjectType } from 'graphql';
import { keyedGraph } from '../testing/keyed-graph.ts';
import { startTwoExecutors, type TwoExecutors } from '../testing/two-executors.ts';

const calm = { seed: 1, fields: 0, requests: 0, values: 0 };
let two: TwoExecutors;
beforeAll(async () => {
  two = await startTwoExecutors(keyedGraph);
});
afterAll(() => two.close());

const text = (start: string): unknown => expect.stringMatching(new RegExp(`^${start}-\\d$`));
const number: unknown = expect.any(Number);
const part = { __typename: 'Part', id: text('Part') };
const partBySku = { __typename: 'Part', sku: text('sku') };
const room = { __typename: 'Room', house: text('House'), nr: number };
const slot = { __typename: 'Slot', org: { id: text('Org') }, nr: number };
const shop = { __typename: 'Shop', id: text('Shop') };
const org = { __typename: 'Org', id: text('Org') };

/** What is meant, the query, and what is told of each entity that a subgraph is asked for. */
const cases: [string, string, Record<string, object[]>][] = [
  ['a key of two fields', '{ rooms { rent } }', { shop: [room] }],
  ['a key within an object', '{ slots { taken } }', { shop: [slot] }],
  ['a key that leads to another', '{ cheapest { warranty } }', { store: [partBySku], makers: [part] }],
  [
    'what lies deep in an object, and what was moved to another subgraph, as required',
    '{ parts { price } }',
    { makers: [part], shop: [{ ...partBySku, weight: number, size: { wide: number, within: null } }] },
  ],
  [
    'what other subgraphs have, as required',
    '{ rooms { cleaned } }',
    { shop: [room], makers: [{ ...room, rent: number, parts: expect.any(Array) }] },
  ],
  ['what is given along', '{ shelf { by { name } } }', {}],
  [
    'what is not given along',
    '{ shelf { by { country } } }',
    { makers: [{ __typename: 'Maker', id: text('Maker') }] },
  ],
  ['what several have', '{ cheapest { tag } }', {}],
  ['what was moved', '{ parts { weight } }', { makers: [part] }],
  [
    'members of a union by their own keys',
    '{ offers { ... on Slot { label } ... on Part { warranty } } }',
    { store: [slot, partBySku], makers: [part] },
  ],
  [
    'objects behind an interface',
    '{ shops { title ... on Shop { visits } } listed { ... on Org { stars } } }',
    { makers: [shop], shop: [org] },
  ],
];

test.each(cases)('asks by %s, as Apollo’s executor does', async (_what, query, told) => {
  const operation = { query: `query Random ${query}`, variables: {} };

  const answer = await two.ask(operation, calm);

  expect(answer.ours).toEqual(answer.stock);
  expect(answer.ours).toMatchObject({ errors: [] });
  expect(answer.compiled).toBe(true);
  expect(Object.keys(answer.told).toSorted()).toEqual(Object.keys(told).toSorted());
  for (const [name, kinds] of Object.entries(told)) {
    for (const kind of kinds) expect(answer.told[name]).toContainEqual(kind);
    for (const entity of answer.told[name] ?? [])
      expect(kinds.map((kind) => kindOf(kind))).toContain(kindOf(entity));
  }
});

function kindOf(entity: unknown): string {
  return Object.keys(entity as object)
    .toSorted()
    .join();
}

test('hides what is inaccessible', () => {
  const type = two.schema.getType('Part');

  expect(isObjectType(type) && Object.keys(type.getFields())).not.toContain('hidden');
});

test('tells of every object in lists of lists, where Apollo’s executor tells nulls', async () => {
  const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9",
    import: ["@key", "@external", "@requires", "@shareable"])
    type Cell @shareable { count: Int! }`;
  const boxes = [1, 2, 3, 4].map((nr) => `box${nr}: box(nr: ${nr}) { sum }`).join(' ');
  const grids = await startTwoExecutors({
    left: `${link} type Box @key(fields: "id") { id: ID! grid: [[Cell!]!]! } type Query { box(nr: Int!): Box! }`,
    right: `${link} type Box @key(fields: "id") { id: ID! grid: [[Cell!]!]! @external
      sum: Int! @requires(fields: "grid { count }") }`,
  });

  const { ours, compiled, told } = await grids.ask(
    { query: `query Random { ${boxes} }`, variables: {} },
    calm,
  );
  await grids.close();

  expect({ ours, compiled }).toMatchObject({ ours: { errors: [] }, compiled: true });
  const cells = (told['right'] as { grid: unknown[][] }[]).flatMap(({ grid }) => grid.flat());
  expect(cells.length).toBeGreaterThan(0);
  for (const cell of cells) expect(cell).toEqual({ count: number });
});
