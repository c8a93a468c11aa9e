/**
 * The IANA name of a time zone, in its usual spelling; null for what is none, offsets such as +01:00 included.
 * Source: the time zone database that came with the runtime.
 */
export function ianaTimeZone(name: string): string | null {
  if (!/^[A-Za-z]/.test(name) || name.length > 64) return null;
  try {
    const { timeZone } = new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions();
    // The runtime may know it by an older name; what was asked for is kept then.
    return timeZone.toLowerCase() === name.toLowerCase() ? timeZone : name;
  } catch {
    return null;
  }
}
