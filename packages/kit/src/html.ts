import sanitizeHtml from 'sanitize-html';

/** Longest HTML that is looked at, in characters. */
export const maxHtmlLength = 500_000;
/** Most tags that are looked at. */
const maxTags = 20_000;

const inline = 'a b strong i em u s sub sup small span code br';
const blocks = 'p div blockquote pre hr h1 h2 h3 h4 h5 h6 ul ol li dl dt dd';
const tables = 'table thead tbody tfoot tr td th caption';

const allowed: sanitizeHtml.IOptions = {
  allowedTags: [inline, blocks, tables, 'img'].flatMap((names) => names.split(' ')),
  allowedAttributes: {
    a: ['href', 'title', 'rel'],
    img: ['src', 'data-remote-src', 'alt', 'width', 'height'],
    td: ['colspan', 'rowspan'],
    th: ['colspan', 'rowspan'],
  },
  allowedSchemes: ['http', 'https', 'mailto', 'tel'],
  allowedSchemesByTag: { img: ['cid'] },
  // What goes with its tag: all that the library names, and the title, which no client shows within the mail.
  nonTextTags: ['script', 'style', 'textarea', 'option', 'xmp', 'title'],
  allowProtocolRelative: false,
  nestingLimit: 100,
  transformTags: {
    a: sanitizeHtml.simpleTransform('a', { rel: 'noopener noreferrer nofollow' }),
    img: (tagName, attribs) => ({ tagName, attribs: imageAttributes(attribs) }),
  },
  exclusiveFilter: ({ tag, attribs }) =>
    tag === 'img' && attribs['src'] === undefined && attribs['data-remote-src'] === undefined,
};

const maxUrlLength = 2_000;

/**
 * An image of the mail itself keeps its source. One from elsewhere would tell its owner who reads the mail and when: its
 * address stands in `data-remote-src`, for a reader to ask for.
 */
function imageAttributes(given: sanitizeHtml.Attributes): sanitizeHtml.Attributes {
  const source = (given['src'] ?? given['data-remote-src'] ?? '').trim();
  const kept: sanitizeHtml.Attributes = {};
  for (const name of ['width', 'height']) {
    const value = given[name];
    if (value !== undefined && /^\d{1,4}%?$/.test(value)) kept[name] = value;
  }
  if (given['alt'] !== undefined) kept['alt'] = given['alt'];
  if (source.length > maxUrlLength) return kept;
  if (/^cid:[^\s"'<>]+$/i.test(source)) kept['src'] = source;
  else if (/^https?:\/\/[^\s"'<>]+$/i.test(source)) kept['data-remote-src'] = source;
  return kept;
}

/** Whether HTML is small enough to be parsed: its length and the number of its tags are what parsing costs. */
export function isModestHtml(html: string): boolean {
  return html.length <= maxHtmlLength && (html.match(/</g)?.length ?? 0) <= maxTags;
}

/**
 * HTML that is safe to show, whoever wrote it: no scripts, forms, styles, frames or images from elsewhere; null when it
 * is too large to clean. What comes in and what agents write goes through the same list.
 */
export function cleanHtml(html: string): string | null {
  return isModestHtml(html) ? sanitizeHtml(html, allowed) : null;
}
