import { expect, test } from '@jest/globals';
import { buildTsquery, type TermReading } from './build-tsquery.ts';
import { parseQuery } from './parse-query.ts';

function built(query: string, readings: readonly (readonly [number, string, string])[]) {
  const parsed = parseQuery(query);
  if ('code' in parsed) throw new Error(parsed.code);
  return buildTsquery(
    parsed,
    readings.map(([term, config, text]): TermReading => ({ term, config, query: text })),
  );
}

test('joins the languages term by term', () => {
  expect(
    built('refunds -running', [
      [0, 'english', "'refund'"],
      [0, 'simple', "'refunds'"],
      [1, 'english', "'run'"],
      [1, 'simple', "'running'"],
    ]),
  ).toEqual({
    search: "((('refund') | ('refunds')) & !(('run') | ('running')))",
    marks: "(('refund') | ('refunds'))",
  });
});

test('says the same reading only once', () => {
  expect(
    built('bill', [
      [0, 'english', "'bill'"],
      [0, 'simple', "'bill'"],
    ])?.search,
  ).toBe("((('bill')))");
});

test('passes over stop words where something else is left', () => {
  const readings = [
    [0, 'english', ''],
    [0, 'simple', "'the'"],
    [1, 'english', "'refund'"],
    [1, 'simple', "'refund'"],
  ] as const;

  expect(built('the refund', readings)?.search).toBe("((('refund')))");
  expect(built('the', readings)?.search).toBe("((('the')))");
  expect(built('"the" refund', readings)?.search).toBe("((('the')) & (('refund')))");
});

test('makes a prefix of a single character of a script without blanks', () => {
  expect(built('退', [[0, 'simple', "'退'"]])?.search).toBe("(('退':*))");
});

test('is nothing when no term can be read', () => {
  expect(built('a', [[0, 'simple', '']])).toBeNull();
  expect(built('', [])).toBeNull();
});
