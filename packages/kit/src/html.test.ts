import { describe, expect, test } from '@jest/globals';
import { cleanHtml, maxHtmlLength } from './html.ts';

describe('HTML', () => {
  test.each([
    ['what it says', '<p>A <b>b</b></p><ul><li>c</li></ul>', '<p>A <b>b</b></p><ul><li>c</li></ul>'],
    [
      'links, marked',
      '<a href="https://example.org" target="_top">x</a>',
      '<a href="https://example.org" rel="noopener noreferrer nofollow">x</a>',
    ],
    ['no script', '<p>a<script>steal()</script></p>', '<p>a</p>'],
    ['no handlers', '<p onclick="steal()" style="position:fixed">a</p>', '<p>a</p>'],
    [
      'no links that run',
      '<a href="java\nscript:steal()">x</a>',
      '<a rel="noopener noreferrer nofollow">x</a>',
    ],
    ['images of its own', '<img src="cid:a@b" onerror="steal()" alt="A">', '<img alt="A" src="cid:a@b" />'],
    [
      'no image from elsewhere',
      '<img src="https://example.org/pixel.png">',
      '<img data-remote-src="https://example.org/pixel.png" />',
    ],
    ['no image that runs', '<img src="javascript:steal()">', ''],
    ['no markup as text', '<p>a<xmp><img src=x onerror=steal()></xmp></p>', '<p>a</p>'],
    ['no title of the page', '<head><title>News of May</title></head><p>a</p>', '<p>a</p>'],
    ['no forms or frames', '<form action="/x"><input name="a"></form><iframe src="/y"></iframe>', ''],
  ])('keeps %s', (_name, html, clean) => {
    expect(cleanHtml(html)).toBe(clean);
  });

  test('is cleaned up to its bound in characters and in tags, and no further', () => {
    expect(cleanHtml('x'.repeat(maxHtmlLength))).toHaveLength(maxHtmlLength);
    expect(cleanHtml('x'.repeat(maxHtmlLength + 1))).toBeNull();
    expect(cleanHtml('<br>'.repeat(20_000))).toHaveLength(20_000 * '<br />'.length);
    expect(cleanHtml('<br>'.repeat(20_001))).toBeNull();
  });

  test('that is clean stays as it is when it is cleaned again', () => {
    const clean = cleanHtml('<p>a &amp; b <a href="mailto:a@example.org">c</a></p>');

    expect(cleanHtml(clean ?? '')).toBe(clean);
  });
});
