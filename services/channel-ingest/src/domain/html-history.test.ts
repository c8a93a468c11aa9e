import { expect, jest, test } from '@jest/globals';
import { cleanHtml } from '@smart-tickets/kit/html';
import fc from 'fast-check';
import { cutHtmlHistory, markHistory } from './html-history.ts';

/** What the cleaning does to these: it takes all attributes. */
const clean = (html: string): string => html.replaceAll(/<([a-z]+) [^<>]*>/g, '<$1>');
const cut = (html: string, how: 'CLOSING_QUOTE' | 'HISTORY' = 'HISTORY'): string =>
  cutHtmlHistory(clean(markHistory(html)), how);

test.each([
  [
    'Gmail',
    '<div>Yes.</div><br><div class="gmail_quote gmail_quote_container"><div class="gmail_attr">On …, Ada wrote:<br></div><blockquote class="gmail_quote">Is it?</blockquote></div>',
    '<div>Yes.</div><br>',
  ],
  [
    'Apple Mail',
    '<div>Yes.<br><div><blockquote type="cite"><div>On 2 Mar 2026, Ada wrote:</div><div>Is it?</div></blockquote></div></div>',
    '<div>Yes.<br></div>',
  ],
  [
    'Thunderbird',
    '<p>Yes.</p><div class="moz-cite-prefix">Am 02.03.26 schrieb Ada:<br></div><blockquote type="cite"><p>Is it?</p></blockquote>',
    '<p>Yes.</p>',
  ],
  [
    'Outlook',
    '<div><p>Yes.</p><div style="border-top:solid #E1E1E1 1.0pt"><p><b>Von:</b> Ada<br><b>Gesendet:</b> Montag<br><b>An:</b> x<br><b>Betreff:</b> y</p></div><p>Is it?</p></div>',
    '<div><p>Yes.</p></div>',
  ],
  [
    'Outlook on the web',
    '<div>Yes.</div><div id="appendonsend"></div><hr><div id="divRplyFwdMsg"><b>From:</b> Ada</div><div>Is it?</div>',
    '<div>Yes.</div>',
  ],
  [
    'Yahoo',
    '<div>Yes.</div><div id="x" class="yahoo_quoted"><div>Ada wrote</div><div>Is it?</div></div>',
    '<div>Yes.</div>',
  ],
  [
    'Outlook Express',
    '<p>Yes.</p><blockquote style="BORDER-LEFT: #000 2px solid"><div>Is it?</div></blockquote>',
    '<p>Yes.</p>',
  ],
  ['a divider', '<p>Yes.<br>-----Original Message-----<br>From: Ada</p><p>Is it?</p>', '<p>Yes.<br></p>'],
  [
    'an address in brackets',
    '<p>Yes.</p><p>On 2 Mar 2026 09:00, Ada &lt;ada@example.org&gt; wrote:</p><p>Is it?</p>',
    '<p>Yes.</p>',
  ],
  [
    'a table',
    '<table><tr><td>Yes.</td></tr><tr><td><blockquote type="cite">Is it?</blockquote></td></tr></table>',
    '<table><tr><td>Yes.</td></tr></table>',
  ],
])('history of %s goes', (_name, html, expected) => {
  expect(cut(html)).toBe(expected);
});

test.each([
  ['an indented paragraph', '<p>Yes:</p><blockquote style="margin:0 0 0 40px">indented</blockquote>'],
  ['a mail that is all history', '<div class="gmail_quote">Is it?</div>'],
  ['a link to a quote', '<p>Yes.</p><a href="https://x.example/gmail_quote">x</a>'],
  ['an answer below the quote', '<blockquote type="cite">Is it?</blockquote><p>Yes.</p>'],
])('%s stays', (_name, html) => {
  expect(cut(html)).toBe(clean(html));
});

test('where the author wrote between the quotes only the closing one goes', () => {
  const html =
    '<div class="gmail_quote"><blockquote type="cite">One?</blockquote><p>Yes.</p><blockquote type="cite">rest</blockquote></div>';

  expect(cut(html, 'CLOSING_QUOTE')).toBe('<div><blockquote>One?</blockquote><p>Yes.</p></div>');
});

test.each([
  ['<p>Yes.</p><a href="https://x.example" title="<div class=gmail_quote>">more</a>'],
  ["<p>Yes.</p><a href='https://x.example' title = '<blockquote type=cite>'>more</a>"],
  ['<p>Yes.</p><img src="cid:a@b" alt="> <div class=gmail_quote>" />'],
  ['<p>Yes.</p><!-- <a title=" --><a title="<div class=gmail_quote>">more</a>'],
])('what looks like a quote within an attribute is none: %s', (html) => {
  expect(cutHtmlHistory(cleanHtml(markHistory(html)) ?? '', 'HISTORY')).toBe(cleanHtml(html));
});

test('marks lie between tags even where a mail has put them into attributes', () => {
  expect(cutHtmlHistory('<p>Yes.</p><a title="\ufdd0x">y</a>', 'HISTORY')).toBe(
    '<p>Yes.</p><a title="x">y</a>',
  );
});

test('what is left of cleaned HTML is as the cleaning leaves it, wherever it is cut', () => {
  const piece = fc.constantFrom(
    '<p>',
    '</p>',
    '<div>',
    '</div>',
    '<b>',
    '</b>',
    '<a title="',
    '<a title=',
    "<a title='",
    '">',
    "'>",
    '>',
    '</a>',
    '<div class="gmail_quote">',
    '<div class=gmail_quote>',
    '<blockquote type=cite>',
    '</blockquote>',
    '<hr id=divRplyFwdMsg>',
    '<img src="cid:a" alt="',
    '<td>',
    '<table>',
    '<br>',
    'Yes.',
    'Ada wrote:',
    '-----Original Message-----',
    ' ',
    '\n',
    '&lt;',
    '&amp;',
    '<!--',
    '-->',
    '"',
    "'",
    '=',
    '<',
    '/',
    '\ufdd0',
    '\ufdd1',
  );
  fc.assert(
    fc.property(
      fc.array(piece, { maxLength: 40 }),
      fc.constantFrom('HISTORY' as const, 'CLOSING_QUOTE' as const),
      (pieces, how) => {
        const html = pieces.join('');
        // Of elements within elements that the cleaning takes out, some are closed only by cleaning once more.
        const clean = cleanHtml(html.replaceAll(/[\ufdd0\ufdd1]/g, '')) ?? '';
        fc.pre(cleanHtml(clean) === clean);

        const left = cutHtmlHistory(cleanHtml(markHistory(html)) ?? '', how);

        expect(cleanHtml(left)).toBe(left);
      },
    ),
    { numRuns: 3_000 },
  );
});

test('marks that a mail brings itself are none', () => {
  expect(cut('<p>a\ufdd0b\ufdd1c</p>')).toBe('<p>abc</p>');
});

test('a tag that does not end is looked at once', () => {
  const lookedAt = jest.spyOn(String.prototype, 'toLowerCase');

  markHistory('<div'.repeat(100_000));

  expect(lookedAt).toHaveBeenCalledTimes(1);
  lookedAt.mockRestore();
});

test('a large document is read', () => {
  for (const piece of [
    '<div>',
    '<blockquote type="cite">',
    '</div>',
    '<',
    '>',
    'x<br>',
    '&lt;',
    '<div class="gmail_quote">',
  ]) {
    const html = `<p>Yes.</p>${piece.repeat(500_000 / piece.length)}`;
    expect(cutHtmlHistory(markHistory(html), 'HISTORY')).toContain('Yes.');
  }
});
