import { normaliseEmail } from './author.ts';
import { headerBlockEnd, labelOf } from './quote-divider.ts';

/** Who wrote a mail that another one hands on, as that one says. */
export interface ForwardedSender {
  readonly name: string | null;
  readonly address: string;
}

const maxLines = 200;
const maxLineLength = 1_000;
const maxNameLength = 200;

/**
 * The sender whom the first header block in the text of a forward names; null when there is none with an address. Anybody can
 * write such a block: it is a claim.
 */
export function forwardedSender(text: string): ForwardedSender | null {
  const lines = text
    .slice(0, maxLines * maxLineLength)
    .split('\n', maxLines)
    .map((line) =>
      line
        .slice(0, maxLineLength)
        .replace(/^[>\s]+/, '')
        .trimEnd(),
    );
  const lineAt = (index: number): string => lines[index] ?? '';
  for (let start = 0; start < lines.length; start += 1) {
    const end = headerBlockEnd(lineAt, start, true);
    if (end === null) continue;
    const from = lines.slice(start, end).find((line) => labelOf(line) === 'FROM');
    return from === undefined ? null : senderIn(from);
  }
  return null;
}

function senderIn(line: string): ForwardedSender | null {
  const value = line.slice(line.search(/[:\uff1a]/) + 1).replace(/^[*\s]+/, '');
  const found = /[^\s<>"'()[\]:;,]+@[^\s<>"'()[\]:;,]+/.exec(value);
  const address = normaliseEmail(found?.[0] ?? '');
  if (found === null || address === null) return null;
  const name = value
    .slice(0, found.index)
    .replace(/\[?mailto:$/i, '')
    .replaceAll(/["<([*]/g, '')
    .trim();
  return { address, name: name === '' ? null : name.slice(0, maxNameLength) };
}
