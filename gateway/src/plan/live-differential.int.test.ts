import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parse, validate } from 'graphql';
import { randomInt } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Mischief } from '../testing/invented-subgraphs.ts';
import { keyedGraph } from '../testing/keyed-graph.ts';
import { oddGraph } from '../testing/odd-graph.ts';
import { randomSubscription } from '../testing/random-operations.ts';
import { withStocksPlaces } from '../testing/stocks-places.ts';
import {
  startTwoExecutors,
  withQueriesOfSubscriptions,
  type TwoExecutors,
} from '../testing/two-executors.ts';

/** SEED repeats one run. */
const seed = Number(process.env['SEED'] ?? randomInt(2 ** 31));

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
const selections = 25;

describe.each([
  ['our own graph', ownGraph],
  ['a graph of odd shapes', oddGraph],
  ['a graph of keys of all kinds', keyedGraph],
])('%s', (_name, sdls) => {
  let two: TwoExecutors;
  beforeAll(async () => {
    two = await startTwoExecutors(withQueriesOfSubscriptions(sdls));
  });
  afterAll(() => two.close());

  test.each(weathers)(
    `a subscriber is told of an event what the same selection as a query says, with %s (SEED=${seed})`,
    async (_weather, mischief) => {
      let compared = 0;

      await fc.assert(
        fc.asyncProperty(fc.integer({ min: 0, max: 2 ** 31 - 1 }), async (operationSeed) => {
          const subscription = randomSubscription(two.schema, operationSeed);
          fc.pre(validate(two.schema, parse(subscription.query)).length === 0);

          const outcome = await two.hear(subscription, { ...mischief, seed: operationSeed });

          if (outcome === null) return;
          compared += 1;
          const { ours, stock } = outcome;
          expect({ subscription, told: withStocksPlaces(ours, stock) }).toEqual({
            subscription,
            told: stock,
          });
        }),
        { seed, numRuns: selections },
      );

      expect(compared).toBeGreaterThan(selections / 4);
    },
  );
});
