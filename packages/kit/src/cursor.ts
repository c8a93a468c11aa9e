/** An opaque cursor: a version, a kind and values, base64url. Clients hand it back and read nothing from it. */
export function encodeCursor(kind: string, values: readonly (string | number | null)[]): string {
  return Buffer.from(JSON.stringify([1, kind, ...values])).toString('base64url');
}

/** The values of a cursor of this kind, or null when it is none: made up, damaged, or of another list. */
export function decodeCursor(kind: string, cursor: string): (string | number | null)[] | null {
  if (cursor.length > 1_000) return null;
  try {
    const parsed: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    if (!Array.isArray(parsed) || parsed[0] !== 1 || parsed[1] !== kind) return null;
    const values: unknown[] = parsed.slice(2);
    return values.every((value) => value === null || typeof value === 'string' || typeof value === 'number')
      ? values
      : null;
  } catch {
    return null;
  }
}
