import { isModestHtml, maxHtmlLength } from '@smart-tickets/kit/html';
import { convert } from 'html-to-text';

const citing = ['[type="cite"]', '[cite]', '[class*="quote"]', '[style*="border-left" i]'].map(
  (attribute) => `blockquote${attribute}`,
);

/** The text of HTML, with links and line breaks; of HTML too large for that, what stands between the tags. */
export function textOfHtml(html: string): string {
  if (!isModestHtml(html)) {
    const clipped = html.slice(0, maxHtmlLength);
    return clipped
      .replaceAll(/<[^<>]{0,2000}(>|$)/g, ' ')
      .replaceAll(/[ \t]+/g, ' ')
      .trim();
  }
  return convert(html, {
    wordwrap: false,
    limits: { maxInputLength: maxHtmlLength, maxDepth: 100, maxChildNodes: 5_000, ellipsis: '' },
    selectors: [
      { selector: 'img', format: 'skip' },
      // Authors indent with blockquotes too; those that cite are what mail clients make.
      { selector: 'blockquote', format: 'block' },
      ...citing.map((selector) => ({ selector, format: 'blockquote' })),
      { selector: 'a', options: { hideLinkHrefIfSameAsText: true, ignoreHref: false } },
    ],
  }).trim();
}
