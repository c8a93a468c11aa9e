import { describe, expect, test } from '@jest/globals';
import { rangesOf, wordOfIdentity, wordsOfName } from './customer-words.ts';

describe('words by which customers are found', () => {
  test('a name is found from each of its words on, whatever its letter case and spaces', () => {
    expect(wordsOfName('  Grace\tBrewster  HOPPER ')).toEqual([
      'grace brewster hopper',
      'brewster hopper',
      'hopper',
    ]);
  });

  test.each([[null], [''], ['   ']])('%j has no words', (name) => {
    expect(wordsOfName(name)).toEqual([]);
  });

  test('names and values without end are cut', () => {
    expect(wordsOfName('ab '.repeat(1_000))).toHaveLength(20);
    expect(wordOfIdentity({ value: 'A'.repeat(1_000) })).toBe('a'.repeat(200));
  });

  test('what looks like a phone number is looked for by its digits, too', () => {
    expect(rangesOf('0043 (1) 234').map(({ from }) => from)).toEqual(['0043 (1) 234', '+431234']);
    expect(rangesOf('Grace').map(({ from }) => from)).toEqual(['grace']);
    expect(rangesOf('  ')).toEqual([]);
  });
});
