import { expect, test } from '@jest/globals';
import { ticksOf } from './process-cpu.ts';

test('adds user and system time, whatever the command is called', () => {
  const stat = '4711 (node (x) y) S 1 2 3 0 -1 4194560 5 6 7 8 150 25 9 9 20 0 11 0 123 456 789';

  expect(ticksOf(stat)).toBe(175);
});
