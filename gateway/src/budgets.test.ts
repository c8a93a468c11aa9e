import { expect, test } from '@jest/globals';
import { Budgets } from './budgets.ts';

function at(perMinute: number): { budgets: Budgets; advance: (ms: number) => void } {
  let now = 1_000_000;
  return {
    budgets: new Budgets(perMinute, () => now),
    advance: (ms) => {
      now += ms;
    },
  };
}

test('lets a caller spend its budget and not a point more', () => {
  const { budgets } = at(100);

  expect(budgets.spend('a', 60)).toEqual({
    allowed: true,
    cost: 60,
    limit: 100,
    remaining: 40,
    resetSeconds: 36,
  });
  expect(budgets.spend('a', 41)).toEqual({
    allowed: false,
    cost: 41,
    limit: 100,
    remaining: 40,
    resetSeconds: 1,
  });
  expect(budgets.spend('a', 40)).toMatchObject({ allowed: true, remaining: 0, resetSeconds: 60 });
});

test('fills up again within a minute and never beyond', () => {
  const { budgets, advance } = at(100);
  budgets.spend('a', 100);

  advance(30_000);
  expect(budgets.spend('a', 50)).toMatchObject({ allowed: true, remaining: 0 });
  advance(600_000);
  expect(budgets.spend('a', 1)).toMatchObject({ allowed: true, remaining: 99 });
});

test('keeps callers apart', () => {
  const { budgets } = at(10);
  budgets.spend('a', 10);

  expect(budgets.spend('a', 1).allowed).toBe(false);
  expect(budgets.spend('b', 10).allowed).toBe(true);
});

test('an operation that touches nothing costs a point, and a refused one costs nothing', () => {
  const { budgets } = at(10);

  expect(budgets.spend('a', 0)).toMatchObject({ cost: 1, remaining: 9 });
  expect(budgets.spend('a', 10)).toMatchObject({ allowed: false, remaining: 9, resetSeconds: 6 });
  expect(budgets.spend('a', 9)).toMatchObject({ allowed: true, remaining: 0 });
});
