import { describe, expect, test } from '@jest/globals';
import { rangeOf, servedType } from './file-headers.ts';

describe('a Range header', () => {
  test.each([
    [undefined, 10, 'WHOLE'],
    ['bytes=0-0', 10, { start: 0, end: 0 }],
    ['bytes=9-9', 10, { start: 9, end: 9 }],
    ['bytes=2-', 10, { start: 2, end: 9 }],
    ['bytes=2-99', 10, { start: 2, end: 9 }],
    ['bytes=-3', 10, { start: 7, end: 9 }],
    ['bytes=-99', 10, { start: 0, end: 9 }],
    ['bytes=10-', 10, 'NOT_SATISFIABLE'],
    ['bytes=-0', 10, 'NOT_SATISFIABLE'],
    ['bytes=0-', 0, 'NOT_SATISFIABLE'],
    ['bytes=5-2', 10, 'WHOLE'],
    ['bytes=0-1,4-5', 10, 'WHOLE'],
    ['lines=0-1', 10, 'WHOLE'],
    ['bytes=-', 10, 'WHOLE'],
    ['bytes=99999999999999999999-', 10, 'WHOLE'],
  ])('%s of %i bytes is %j', (header, sizeBytes, expected) => {
    expect(rangeOf(header, sizeBytes)).toEqual(expected);
  });
});

test.each([
  'text/html',
  'TEXT/HTML',
  'application/xhtml+xml',
  'image/svg+xml',
  'text/xml',
  'application/rss+xml',
  'application/javascript',
  'text/ecmascript',
  'text/xsl',
  'multipart/x-mixed-replace',
  'nonsense',
  'text/plain; charset=utf-8',
  'a/b\r\nx: y',
  '',
])('%j is served as bytes of no kind', (mediaType) => {
  expect(servedType(mediaType)).toBe('application/octet-stream');
});
