/**
 * Cuts the quoted history off the end of a plain-text mail: a closing block of `>` lines with the line that introduces
 * it, or all below a mail client's divider. Quotes between which the author wrote stay. Every line is looked at a
 * fixed number of times, so no text is slow.
 */
export function withoutQuotedHistory(text: string): string {
  const lines = text.replaceAll('\r\n', '\n').split('\n');
  const end = Math.min(dividerLine(lines), closingQuote(lines));
  const kept = lines.slice(0, end).join('\n').trim();
  // A mail that is nothing but quotation keeps it: showing too much loses nothing.
  return kept === '' ? text.trim() : kept;
}

const maxDividerLength = 200;
const dividers = [
  /^-{2,}\s*(original message|forwarded message|urspr(ü|ue)ngliche nachricht|message d'origine|mensaje original|messaggio originale|oorspronkelijk bericht)\s*-{2,}$/i,
  /^_{20,}$/,
];

/** Line of the first divider behind which a client puts the mail that is answered, else the number of lines. */
function dividerLine(lines: readonly string[]): number {
  const found = lines.findIndex((line, index) => {
    const trimmed = line.trim();
    if (index === 0 || trimmed.length > maxDividerLength) return false;
    if (dividers[0]?.test(trimmed) === true) return true;
    return (
      dividers[1]?.test(trimmed) === true && /^(from|von|de|da|van):/i.test(lines[index + 1]?.trim() ?? '')
    );
  });
  return found === -1 ? lines.length : found;
}

const introduction =
  /(wrote|writes|said|schrieb|schreef|escribió|escreveu|a écrit|ha scritto|skrev|kirjoitti|napisał\(?a?\)?|пишет|написал\(?а?\)?)\s*:?\s*$/i;

/** Line at which the closing block of quotation begins, its introduction included, else the number of lines. */
function closingQuote(lines: readonly string[]): number {
  let end = lines.length;
  while (end > 0 && (lines[end - 1] ?? '').trim() === '') end -= 1;
  let start = end;
  while (start > 0 && (/^\s*>/.test(lines[start - 1] ?? '') || (lines[start - 1] ?? '').trim() === ''))
    start -= 1;
  const quoted = lines.slice(start, end).some((line) => /^\s*>/.test(line));
  if (!quoted) return lines.length;
  // The introduction may be wrapped onto a second line.
  const last = (lines[start - 1] ?? '').slice(-maxDividerLength);
  if (!introduction.test(last)) return start;
  const above = (lines[start - 2] ?? '').trim();
  return /^(on|am|le|el|il|op|den|в)\s/i.test(above) && !/^(on|am|le|el|il|op|den|в)\s/i.test(last.trim())
    ? start - 2
    : start - 1;
}
