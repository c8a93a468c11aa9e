import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parse, validate } from 'graphql';
import { readFileSync } from 'node:fs';
import type { Mischief } from '../testing/invented-subgraphs.ts';
import { keyedGraph } from '../testing/keyed-graph.ts';
import { oddGraph } from '../testing/odd-graph.ts';
import { randomOperation, type RandomOperation } from '../testing/random-operations.ts';
import { withStocksPlaces } from '../testing/stocks-places.ts';
import { startTwoExecutors, type TwoExecutors } from '../testing/two-executors.ts';

const services = new URL('../../../services/', import.meta.url);
const ownGraph = Object.fromEntries(
  ['ticket', 'channel-ingest', 'routing', 'search'].map((name) => [
    name,
    readFileSync(new URL(`${name}/src/graphql/${name}.graphql`, services), 'utf8'),
  ]),
);

const calm = { fields: 0, requests: 0, values: 0 };
const weathers: [string, Omit<Mischief, 'seed'>][] = [
  ['subgraphs that answer', calm],
  ['fields that fail', { ...calm, fields: 0.1 }],
  ['subgraphs that fail', { ...calm, fields: 0.03, requests: 0.25 }],
  ['answers that break the schema', { ...calm, values: 0.04 }],
  ['everything at once', { fields: 0.05, requests: 0.1, values: 0.03 }],
];
/** Of each graph in each weather. More were run when this was written, see ADR 0013. */
const operationCount = 30;

/** The first valid operations from a seed on; one in five is a mutation. */
function* operations(two: TwoExecutors, from: number): Generator<RandomOperation & { seed: number }> {
  let found = 0;
  for (let seed = from; found < operationCount; seed += 1) {
    const operation = randomOperation(two.schema, seed % 5 === 0 ? 'mutation' : 'query', seed);
    if (validate(two.schema, parse(operation.query)).length > 0) continue;
    found += 1;
    yield { ...operation, seed };
  }
}

describe.each([
  ['our own graph', ownGraph, 1_000],
  ['a graph of odd shapes', oddGraph, 2_000],
  ['a graph of keys of all kinds', keyedGraph, 3_000],
])('%s', (_name, sdls, from) => {
  let two: TwoExecutors;
  let asked: readonly (RandomOperation & { seed: number })[];
  beforeAll(async () => {
    two = await startTwoExecutors(sdls);
    asked = [...operations(two, from)];
  });
  afterAll(() => two.close());

  test.each(weathers)('answers as Apollo’s executor does with %s', async (_weather, mischief) => {
    let compiledOnes = 0;

    for (const { seed, ...operation } of asked) {
      const { stock, ours, compiled } = await two.ask(operation, { ...mischief, seed });

      const outcome = withStocksPlaces(ours, stock);
      expect({ seed, operation, outcome }).toEqual({ seed, operation, outcome: stock });
      if (compiled) compiledOnes += 1;
    }

    expect(compiledOnes).toBeGreaterThan(operationCount * 0.9);
  });

  test('asks for an entity once, however often it stands in an answer', () => {
    expect(two.entities.ours).toBeLessThan(two.entities.stock);
  });
});
