import { describe, expect, test } from '@jest/globals';
import { stripVTControlCharacters } from 'node:util';
import { durationOf, lineOf } from './progress.ts';

const state = { label: 'handing in', count: 300, fraction: 0.5, trouble: null };

describe('the progress line', () => {
  test('has a bar, the count, the rate and the time to go on a terminal', () => {
    expect(stripVTControlCharacters(lineOf(state, 100, 3, true))).toBe(
      'handing in ████████████░░░░░░░░░░░░  300 mails  100/s  50 %  3 s to go',
    );
  });

  test('has no bar elsewhere', () => {
    expect(lineOf(state, 9.5, null, false)).toBe('handing in  300 mails  9.5/s  50 %');
  });

  test('says what is being waited for', () => {
    const line = lineOf({ ...state, trouble: 'connect ECONNREFUSED' }, 0, null, false);

    expect(line).toMatch(/waiting: connect ECONNREFUSED$/);
  });

  test('says durations as people do', () => {
    expect([0, 59, 60, 3_599, 3_600].map(durationOf)).toEqual([
      '0 s',
      '59 s',
      '1 min 0 s',
      '59 min 59 s',
      '1 h 0 min',
    ]);
  });
});
