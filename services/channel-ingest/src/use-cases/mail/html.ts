import { convert } from 'html-to-text';
import sanitizeHtml from 'sanitize-html';

/** Longest HTML that is looked at, in characters, and most tags; beyond, only its bare text is kept. */
const maxHtmlLength = 500_000;
const maxTags = 20_000;

const inline = 'a b strong i em u s sub sup small span code br';
const blocks = 'p div blockquote pre hr h1 h2 h3 h4 h5 h6 ul ol li dl dt dd';
const tables = 'table thead tbody tfoot tr td th caption';

const allowed: sanitizeHtml.IOptions = {
  allowedTags: [inline, blocks, tables].flatMap((names) => names.split(' ')),
  allowedAttributes: { a: ['href', 'title', 'rel'], td: ['colspan', 'rowspan'], th: ['colspan', 'rowspan'] },
  allowedSchemes: ['http', 'https', 'mailto', 'tel'],
  allowProtocolRelative: false,
  nestingLimit: 100,
  transformTags: { a: sanitizeHtml.simpleTransform('a', { rel: 'noopener noreferrer nofollow' }) },
};

function isModest(html: string): boolean {
  return html.length <= maxHtmlLength && (html.match(/</g)?.length ?? 0) <= maxTags;
}

/** HTML that is safe to show: no scripts, forms, styles, images or frames; null when it is too large to clean. */
export function cleanHtml(html: string): string | null {
  return isModest(html) ? sanitizeHtml(html, allowed) : null;
}

/** The text of HTML, with links and line breaks; of HTML too large for that, what stands between the tags. */
export function textOfHtml(html: string): string {
  if (!isModest(html)) {
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
      { selector: 'a', options: { hideLinkHrefIfSameAsText: true, ignoreHref: false } },
    ],
  }).trim();
}
