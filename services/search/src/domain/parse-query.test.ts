import { describe, expect, test } from '@jest/globals';
import { parseQuery, type ParsedQuery } from './parse-query.ts';

function parsed(query: string): ParsedQuery {
  const result = parseQuery(query);
  if ('code' in result) throw new Error(result.code);
  return result;
}

function shape(query: string): string {
  return parsed(query)
    .alternatives.map((terms) =>
      terms
        .map(({ text, quoted, negated }) => `${negated ? '!' : ''}${quoted ? `"${text}"` : text}`)
        .join(' & '),
    )
    .join(' | ');
}

describe('a query', () => {
  test.each([
    ['refund "Credit Card" -newsletter', 'refund & "credit card" & !newsletter'],
    ['invoice OR bill paid', 'invoice | bill & paid'],
    ['a or b', 'a | b'],
    ['OR a OR', 'a'],
    ['-"out of office"', '!"out of office"'],
    ['e-mail', 'e mail'],
    ['say "hello', 'say & hello'],
    ['“credit card”', '"credit card"'],
    ['a\u0000b', 'a & b'],
    ['退款申请', '退款 款申 申请'],
    ['- -- ""', ''],
  ])('%j means %j', (query, expected) => {
    expect(shape(query)).toBe(expected);
  });

  test.each([
    ['', 'EVERYTHING'],
    [' \u0000\n', 'EVERYTHING'],
    ['?!', 'NOTHING'],
    ['a', 'TERMS'],
  ])('%j is of kind %s', (query, kind) => {
    expect(parsed(query).kind).toBe(kind);
  });

  test.each([
    ['#1042', 1042],
    [' 1042 ', 1042],
    ['2147483647', 2147483647],
    ['2147483648', null],
    ['99999999999', null],
    ['1042 refund', null],
    ['"1042"', null],
    ['-1042', null],
  ])('%j has number %j', (query, number) => {
    expect(parsed(query).number).toBe(number);
  });

  test('may have 1,000 characters and not one more', () => {
    expect(parsed('a'.repeat(1_000)).kind).toBe('TERMS');
    expect(parseQuery('a'.repeat(1_001))).toEqual({ code: 'QUERY_TOO_LONG', most: 1_000 });
  });

  test.each([
    ['status:open refund', 'status'],
    ['-Channel:chat', 'channel'],
    ['refund tag:vip', 'tag'],
    ['is:unread', 'is'],
    ['created:2026-01-01', 'created'],
  ])('%j holds a condition and is refused', (query, field) => {
    expect(parseQuery(query)).toEqual({ code: 'CONDITION_NOT_SERVED', field });
  });

  test.each(['"status:open"', 'mystatus:open', 'https://example.org', 'Re: this:', 'status : open'])(
    '%j holds no condition',
    (query) => {
      expect(parsed(query).kind).toBe('TERMS');
    },
  );
});
