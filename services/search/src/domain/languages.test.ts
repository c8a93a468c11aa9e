import { expect, test } from '@jest/globals';
import { configOf } from './languages.ts';

test.each([
  ['en', 'english'],
  ['de-AT', 'german'],
  ['PT-br', 'portuguese'],
  ['nb', 'norwegian'],
  ['zh', 'simple'],
  ['', 'simple'],
  [null, 'english'],
])('language %j is indexed as %s', (language, config) => {
  expect(configOf(language)).toBe(config);
});
