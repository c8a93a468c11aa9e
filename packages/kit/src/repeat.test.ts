import { expect, test } from '@jest/globals';
import { eventually } from '@smart-tickets/testing/eventually';
import { createLogger } from './logger.ts';
import { repeat } from './repeat.ts';

const log = createLogger('test', 'silent');

test('goes on after a fault, until it is stopped', async () => {
  let rounds = 0;
  const repeated = repeat(1, log, 'failed', () => {
    rounds += 1;
    return rounds === 2 ? Promise.reject(new Error('the second fails')) : Promise.resolve();
  });

  await eventually(() => rounds > 3);
  await repeated.stop();
  const atStop = rounds;
  await new Promise(setImmediate);

  expect(rounds).toBe(atStop);
});

test('a stop tells the work, and waits for its end', async () => {
  const ended: string[] = [];
  const repeated = repeat(60_000, log, 'failed', async (signal) => {
    await new Promise((resolve) => {
      signal.addEventListener('abort', resolve);
    });
    ended.push('work');
  });

  await repeated.stop();
  ended.push('stop');

  expect(ended).toEqual(['work', 'stop']);
});
