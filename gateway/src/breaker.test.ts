import { expect, test } from '@jest/globals';
import { Breaker } from './breaker.ts';

function at(): { breaker: Breaker; advance: (ms: number) => void; fail: (times: number) => void } {
  let now = 1_000_000;
  const breaker = new Breaker(() => now);
  return {
    breaker,
    advance: (ms) => {
      now += ms;
    },
    fail: (times) => {
      for (let index = 0; index < times; index += 1) breaker.failed();
    },
  };
}

test('sends until the fifth failure in a row, and not for a second after it', () => {
  const { breaker, advance, fail } = at();
  fail(4);
  expect(breaker.waitMs()).toBe(0);

  fail(1);

  expect(breaker.waitMs()).toBe(1_000);
  advance(999);
  expect(breaker.waitMs()).toBe(1);
});

test('lets one request try; what it finds holds for all', () => {
  const { breaker, advance, fail } = at();
  fail(5);
  advance(1_000);

  expect(breaker.waitMs()).toBe(0);
  expect(breaker.waitMs()).toBeGreaterThan(0);
  breaker.succeeded();
  expect([breaker.waitMs(), breaker.waitMs()]).toEqual([0, 0]);
});

test('waits twice as long after each try that fails, 5 s at most, and begins anew after a success', () => {
  const { breaker, advance, fail } = at();
  fail(5);
  const pauses: number[] = [];
  for (let index = 0; index < 6; index += 1) {
    advance(20_000);
    expect(breaker.waitMs()).toBe(0);
    breaker.failed();
    pauses.push(breaker.waitMs());
  }

  expect(pauses).toEqual([2_000, 4_000, 5_000, 5_000, 5_000, 5_000]);
  advance(20_000);
  breaker.waitMs();
  breaker.succeeded();
  fail(5);
  expect(breaker.waitMs()).toBe(1_000);
});

test('a success in between begins the count anew', () => {
  const { breaker, fail } = at();
  fail(4);
  breaker.succeeded();
  fail(4);

  expect(breaker.waitMs()).toBe(0);
});
