/**
 * The text for a reader of a language, BCP 47: the one for exactly that, then the one for its primary language, then
 * `default`; null when there is none, or it is empty. Source: RFC 4647 §3.4, shortened.
 */
export function textFor(
  texts: Readonly<Record<string, string | null | undefined>>,
  language: string | null,
): string | null {
  const byTag = new Map(Object.entries(texts).map(([tag, text]) => [tag.toLowerCase(), text]));
  const tag = (language ?? '').toLowerCase().replaceAll('_', '-');
  for (const wanted of [tag, tag.split('-', 1)[0] ?? '', 'default']) {
    const text = byTag.get(wanted);
    if (text != null && text.trim() !== '') return text;
  }
  return null;
}
