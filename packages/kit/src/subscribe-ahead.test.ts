import { describe, expect, test } from '@jest/globals';
import { buildSchema, parse, type ExecutionResult } from 'graphql';
import { answeredAhead, subscribeAhead } from './subscribe-ahead.ts';

const schema = buildSchema('type Query { a: Int } type Subscription { event: Int }');
const document = parse('subscription { event }');

/** Numbers from 1 on, counted as they are read; answers wait until the test lets them go. */
function desk(most: number | null, last = Infinity) {
  let read = 0;
  let left = false;
  const gates = new Map<number, PromiseWithResolvers<number>>();
  const gate = (nth: number): PromiseWithResolvers<number> => {
    const known = gates.get(nth) ?? Promise.withResolvers<number>();
    gates.set(nth, known);
    return known;
  };
  const source: AsyncIterableIterator<number> = {
    next: () => {
      if (read >= last || left) return Promise.resolve({ done: true, value: undefined });
      read += 1;
      return Promise.resolve({ done: false, value: read });
    },
    return: () => {
      left = true;
      return Promise.resolve({ done: true, value: undefined });
    },
    [Symbol.asyncIterator]: () => source,
  };
  const stream = most === null ? source : answeredAhead(source, most);
  schema.getSubscriptionType()!.getFields()['event']!.subscribe = () => stream;
  schema.getSubscriptionType()!.getFields()['event']!.resolve = (nth: number) => gate(nth).promise;
  return { gate, read: () => read, left: () => left };
}

async function begin(): Promise<AsyncIterableIterator<ExecutionResult>> {
  const answers = await subscribeAhead({ schema, document });
  if (!('next' in answers)) throw new Error(JSON.stringify(answers));
  return answers;
}

const told = (nth: number): object => ({ done: false, value: { data: { event: nth } } });

describe('answers to events', () => {
  test('are made side by side, and leave in the order of the events', async () => {
    const { gate, read } = desk(4);
    const answers = await begin();
    const first = answers.next();
    for (const nth of [4, 3, 2]) gate(nth).resolve(nth);
    await gate(2).promise;

    gate(1).resolve(1);

    expect(await first).toEqual(told(1));
    expect([await answers.next(), await answers.next(), await answers.next()]).toEqual([2, 3, 4].map(told));
    expect(read()).toBeLessThanOrEqual(4 + 3);
  });

  test('no more are read ahead than was said, however slow the reader is', async () => {
    const { gate, read } = desk(4);
    for (let nth = 1; nth < 20; nth += 1) gate(nth).resolve(nth);
    const answers = await begin();

    expect(await answers.next()).toEqual(told(1));
    await new Promise(setImmediate);

    expect(read()).toBe(4);
  });

  test('of any other stream are made one by one, when they are asked for', async () => {
    const { gate, read } = desk(null);
    gate(1).resolve(1);
    const answers = await begin();
    expect(read()).toBe(0);

    expect(await answers.next()).toEqual(told(1));
    await new Promise(setImmediate);

    expect(read()).toBe(1);
  });

  test('end where the events end', async () => {
    const { gate } = desk(4, 2);
    for (const nth of [1, 2]) gate(nth).resolve(nth);

    const answers = await Array.fromAsync(await begin());

    expect(answers).toEqual([{ data: { event: 1 } }, { data: { event: 2 } }]);
  });

  test('of which one fails are told with its error, and the others come', async () => {
    const { gate } = desk(4, 3);
    gate(1).resolve(1);
    gate(2).reject(new Error('no'));
    gate(3).resolve(3);

    const answers = await Array.fromAsync(await begin());

    expect(answers).toMatchObject([
      { data: { event: 1 } },
      { data: { event: null }, errors: [{ message: 'no' }] },
      { data: { event: 3 } },
    ]);
  });

  test('whoever leaves frees the source', async () => {
    const { left } = desk(4);
    const answers = await begin();

    await answers.return?.();

    expect(left()).toBe(true);
  });
});
