import { expect, test } from '@jest/globals';
import { buildSchema, findBreakingChanges } from 'graphql';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { composeSupergraph } from '../scripts/compose-supergraph.ts';
import { apiSchema, coordinateOf, unnamedChanges, unreleased } from '../scripts/schema-changes.ts';

const root = new URL('../', import.meta.url);

const before = buildSchema(`
  directive @gone on FIELD
  directive @cut(arg: Int, kept: Int) repeatable on FIELD | QUERY
  type Query { all(first: Int, order: Order): [Thing!]! one(id: ID!): Thing old: String anything: Any }
  interface Node { id: ID! }
  type Thing implements Node { id: ID! name: String! size: Int! }
  type Left { id: ID! }
  type Lost { id: ID! }
  union Any = Thing | Left | Lost
  enum Order { ASC DESC }
  input Filter { name: String size: Int }
  type Mutation { find(filter: Filter): Thing }
`);
const after = buildSchema(`
  directive @cut(kept: Int, must: Int!) on FIELD
  type Query { all(first: Int!, must: Int!): [Thing!]! one(id: ID!): Thing anything: Any added: Int }
  interface Node { id: ID! }
  type Thing { id: ID! name: String size: String! }
  type Left { id: ID! }
  union Any = Thing
  enum Order { ASC }
  input Filter { size: Int must: Int! }
  type Mutation { find(filter: Filter): Thing }
`);
const coordinates = [
  '@cut',
  '@cut(arg:)',
  '@cut(must:)',
  '@gone',
  'Any',
  'Filter.must',
  'Filter.name',
  'Lost',
  'Order.DESC',
  'Query.all(first:)',
  'Query.all(must:)',
  'Query.all(order:)',
  'Query.old',
  'Thing',
  'Thing.name',
  'Thing.size',
];

test('every kind of breaking change has a coordinate', () => {
  const found = findBreakingChanges(before, after).map(coordinateOf);

  expect([...new Set(found)].sort()).toEqual(coordinates);
});

test('a breaking change that the changelog does not name is told', () => {
  const named = coordinates.filter((coordinate) => coordinate !== 'Thing.name');
  const changelog = `# Changelog\n\n## Unreleased\n\n${named.map((one) => `- \`${one}\`\n`).join('')}\n## 1.0.0\n\n\`Thing.name\`\n`;

  expect(unnamedChanges(before, after, changelog)).toEqual([
    '`Thing.name`  Thing.name changed type from String! to String.',
  ]);
  expect(unnamedChanges(before, after, changelog.replace('- `Thing`', '- `Thing`, `Thing.name`'))).toEqual(
    [],
  );
});

test('what only grows breaks nothing', () => {
  const grown = buildSchema('type Query { a(b: Int, c: Int): String d: Int } enum E { X Y }');

  expect(unnamedChanges(buildSchema('type Query { a(b: Int): String } enum E { X }'), grown, '')).toEqual([]);
});

test.each([
  ['# C\n\n## Unreleased\n\nnew\n\n### More\n\nmore\n\n## 0.1.0\n\nold\n', '\n\nnew\n\n### More\n\nmore\n\n'],
  ['## [Unreleased]\nnew', '\nnew'],
  ['## 0.1.0\nold', ''],
])('the unreleased part of %j is %j', (changelog, part) => {
  expect(unreleased(changelog)).toBe(part);
});

test('the committed baseline can be compared with the graph as it is composed now', () => {
  const baseline = buildSchema(readFileSync(new URL('docs/released-api.graphql', root), 'utf8'));

  expect(unnamedChanges(baseline, apiSchema(composeSupergraph()), '')).toEqual(expect.any(Array));
  expect(baseline.getQueryType()?.getFields()).toHaveProperty('tickets');
});

test('the check says nothing and ends well, or says what is missing and does not', () => {
  const { status, stderr } = spawnSync(process.execPath, ['scripts/schema-changes.ts'], {
    cwd: root,
    encoding: 'utf8',
  });

  expect([status, stderr.slice(0, 51)]).toEqual(
    status === 0 ? [0, ''] : [1, 'The API breaks clients of the last release, and CHA'],
  );
});
