import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { oddGraph } from '../testing/odd-graph.ts';
import { startTwoExecutors, type TwoExecutors } from '../testing/two-executors.ts';

const calm = { seed: 1, fields: 0, requests: 0, values: 0 };
let two: TwoExecutors;
beforeAll(async () => {
  two = await startTwoExecutors(oddGraph);
});
afterAll(() => two.close());

test.each([
  ['introspection', 'query Random { __type(name: "Box") { name } loose { note } }', {}],
  ['names that every object has', 'query Random { loose { constructor: note } }', {}],
  ['the name of an object’s prototype', 'query Random { loose { __proto__: note } }', {}],
  [
    'conditions that are null',
    'query Random($b: Boolean = true) { loose { note @include(if: $b) } }',
    { b: null },
  ],
])('leaves %s to Apollo’s executor', async (_what, query, variables) => {
  const { stock, ours, compiled } = await two.ask({ query, variables }, calm);

  expect({ ours, compiled }).toEqual({ ours: stock, compiled: false });
});

test('refuses variables of a wrong type as Apollo’s executor does', async () => {
  const operation = { query: 'query Random($n: Int) { boxes(first: $n) { id } }', variables: { n: 'three' } };

  const { stock, ours, compiled } = await two.ask(operation, calm);

  expect({ ours, compiled }).toEqual({ ours: stock, compiled: true });
  expect(ours).toMatchObject({ errors: [{ message: expect.stringContaining('$n') }] });
});

test('answers each set of conditions in its own shape', async () => {
  const query =
    'query Random($b: Boolean! = false) { loose { note @skip(if: $b) again: note @include(if: $b) } }';

  for (const variables of [{}, { b: true }, { b: false }]) {
    const { stock, ours, compiled } = await two.ask({ query, variables }, calm);
    expect({ ours, compiled }).toEqual({ ours: stock, compiled: true });
  }
});
