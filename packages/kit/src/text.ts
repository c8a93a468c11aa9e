/**
 * Text that Postgres and JSON both can hold: without NUL, and with lone surrogates replaced. Both occur in real mail
 * and in what clients send.
 */
export function storable(text: string): string {
  return text.toWellFormed().replaceAll('\0', '');
}

/** The first `max` characters, never cutting a surrogate pair in two. */
export function clip(text: string, max: number): string {
  return text.length <= max
    ? text
    : text
        .slice(0, max)
        .toWellFormed()
        .replace(/\ufffd$/, '');
}
