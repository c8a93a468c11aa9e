import { describe, expect, test } from '@jest/globals';
import { lessThan, literalsOf, markedHtml, markEnd, markLiterals, markStart } from './highlight.ts';
import { parseQuery } from './parse-query.ts';

describe('marked text', () => {
  test('is escaped but for its marks', () => {
    const text = `${lessThan}script>alert("1")&'${lessThan}/script> ${markStart}refund${markEnd}`;

    expect(markedHtml(text)).toBe(
      '&lt;script&gt;alert(&quot;1&quot;)&amp;&#39;&lt;/script&gt; <mark>refund</mark>',
    );
  });

  test('is no highlight when nothing is marked', () => {
    expect(markedHtml('<b>refund</b>')).toBeNull();
  });
});

describe('literals', () => {
  test('are terms that Postgres cannot mark', () => {
    const parsed = parseQuery('refund 退款 -发票 max@example.org RE-2024-001');
    if ('code' in parsed) throw new Error(parsed.code);

    expect(literalsOf(parsed.alternatives.flat())).toEqual(['退款', 'max@example.org', 're-2024-001']);
  });

  test.each([
    ['申请退款，退款', ['退款'], '申请[退款]，[退款]'],
    ['Order RE-2024-001!', ['re-2024-001'], 'Order [RE-2024-001]!'],
    ['aaa', ['aa'], '[aa]a'],
    ['aaa', [''], 'aaa'],
    ['Order [RE]-2024-001', ['re-2024-001'], 'Order [RE-2024-001]'],
    ['[paid] by card', ['card', 'by c'], '[paid] [by card]'],
    ['İx', ['x'], 'İx'],
  ])('in %j of %j give %j', (text, literals, expected) => {
    expect(
      markLiterals(text.replaceAll('[', markStart).replaceAll(']', markEnd), literals)
        .replaceAll(markStart, '[')
        .replaceAll(markEnd, ']'),
    ).toBe(expected);
  });
});
