import { expect, test } from '@jest/globals';
import { DateTime, parseInstant } from './scalars.ts';

test.each([
  ['2026-11-22T14:51:00.000Z', '2026-11-22T14:51:00.000Z'],
  ['2026-11-22T14:51Z', '2026-11-22T14:51:00.000Z'],
  ['2026-11-22T14:51:00.123456+02:00', '2026-11-22T12:51:00.123Z'],
  ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00.000Z'],
])('%s is an instant', (text, expected) => {
  expect(DateTime.parseValue(text)).toBe(expected);
});

test.each([
  '2026-02-31T00:00:00Z',
  '2025-02-29T00:00:00Z',
  '0000-01-01T00:00:00Z',
  '9999-12-31T23:59:59-23:00',
  '0001-01-01T00:00:00+12:00',
  '2026-11-22',
  '2026-11-22T14:51:00',
  '2026-13-01T00:00:00Z',
  '1',
  '',
])('%s is none', (text) => {
  expect(parseInstant(text)).toBeNaN();
  expect(() => DateTime.parseValue(text)).toThrow(/ISO 8601/);
});
