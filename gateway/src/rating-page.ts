import { createHash } from 'node:crypto';

const style = `body{font:1rem/1.5 system-ui,sans-serif;max-width:34rem;margin:3rem auto;padding:0 1rem;color:#1a1a1a;background:#fff}
h1{font-size:1.4rem}textarea{display:block;width:100%;box-sizing:border-box;font:inherit;padding:.5rem;margin:.3rem 0 1rem}
button{font:inherit;padding:.6rem 1.4rem;margin-right:.6rem;border:1px solid #555;border-radius:.3rem;background:#f2f2f2;cursor:pointer}
button:focus-visible,textarea:focus-visible{outline:3px solid #1a5fb4}
@media(prefers-color-scheme:dark){body{color:#eee;background:#1c1c1c}button{color:#eee;background:#333}textarea{color:#eee;background:#222}}`;

const styleHash = createHash('sha256').update(style).digest('base64');

/** What the pages are sent with: no script, nothing from elsewhere, in no frame; the token stays out of other logs. */
export const ratingHeaders: Readonly<Record<string, string>> = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': `default-src 'none'; style-src 'sha256-${styleHash}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
};

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escape(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => entities[character] ?? '');
}

function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${escape(title)}</title>
<style>${style}</style>
</head>
<body>
<main>
<h1>${escape(title)}</h1>
${body}
</main>
</body>
</html>
`;
}

/** The question: two buttons and room for a comment of at most `mostCharacters`. */
export function askingPage(token: string, mostCharacters: number): string {
  return page(
    'How was our answer?',
    `<form method="post" action="rate" accept-charset="utf-8">
<input type="hidden" name="token" value="${escape(token)}">
<label for="comment">Anything that you want to tell us (optional)</label>
<textarea id="comment" name="comment" rows="5" maxlength="${mostCharacters}"></textarea>
<button type="submit" name="score" value="GOOD">It helped me</button>
<button type="submit" name="score" value="BAD">It did not help me</button>
</form>`,
  );
}

/** A page that says one thing. */
export function sayingPage(title: string, text: string): string {
  return page(title, `<p>${escape(text)}</p>`);
}
