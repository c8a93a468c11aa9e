import { describe, expect, test } from '@jest/globals';
import { folded, readable, searchable } from './search-text.ts';

describe('readable text', () => {
  test.each([
    ['a\u0000b\u0007c\td\r\ne', 'a b c d e'],
    ['soft\u00adhyphen, zero\u200bwidth', 'softhyphen, zerowidth'],
    ['“credit card”—it’s…', '"credit card"-it\'s...'],
    ['退款。谢谢', '退款 。 谢谢'],
    ['\ue000private\ud800 lone', 'private \ufffd lone'],
    ['Mu\u0308ller', 'Müller'],
    ['  \n ', ''],
  ])('of %j is %j', (text, expected) => {
    expect(readable(text, 1_000)).toBe(expected);
  });

  test('is bounded also where it grows', () => {
    expect(readable('。'.repeat(100), 50)).toHaveLength(50);
  });
});

describe('searchable text', () => {
  test.each([
    ['Hello, World! <b>bold</b>', 'hello world b bold b'],
    ['RE-2024-001 max@example.org', 're 2024 001 max example org'],
    ['ＦＵＬＬ　ｗｉｄｔｈ', 'full width'],
    ['退款申请', '退款 款申 申请'],
    ['退', '退'],
    ['iPhone退款2次', 'iphone 退款 2 次'],
    ['カード払い', 'カー ード ド払 払い'],
    ['환불 요청', '환불 요청'],
    ['ขอเงิน', 'ขอ อเ เง งิ ิน'],
    ['!?', ''],
  ])('of %j is %j', (text, expected) => {
    expect(searchable(text, 1_000)).toBe(expected);
  });

  test('is cut between words', () => {
    expect(searchable('aaa bbb ccc', 8)).toBe('aaa bbb');
    expect(searchable('退款申请', 14)).toBe('退款 款申');
  });
});

describe('folded text', () => {
  test.each([
    ['müller straße søren łódź', 'muller strasse soren lodz'],
    ['e\u0301te\u0301', 'ete'],
    ['がぎ 환불 ขอเงิน', 'がぎ 환불 ขอเงิน'],
    ['ещё мой', 'еще мой'],
  ])('of %j is %j', (text, expected) => {
    expect(folded(text)).toBe(expected);
  });
});
