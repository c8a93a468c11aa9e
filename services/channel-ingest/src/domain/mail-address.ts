/** A domain in its ASCII form and lower case; null when it can be none. Source: RFC 5891, as URLs have it. */
export function asciiDomain(domain: string): string | null {
  if (!/^[\p{L}\p{N}\p{M}._-]{1,255}$/u.test(domain)) return null;
  try {
    return new URL(`http://${domain}`).hostname;
  } catch {
    return null;
  }
}

/** An address by which it is compared: lower case, the domain in its ASCII form. What is no address stays as it is. */
export function comparableAddress(address: string): string {
  const lower = address.trim().toLowerCase();
  const at = lower.lastIndexOf('@');
  const domain = asciiDomain(lower.slice(at + 1));
  return domain === null || at <= 0 ? lower : `${lower.slice(0, at)}@${domain}`;
}

/** The address without what stands after the last plus of its mailbox name. */
export function withoutPlus(address: string): string {
  const at = address.lastIndexOf('@');
  const plus = address.lastIndexOf('+', at);
  return plus > 0 ? address.slice(0, plus) + address.slice(at) : address;
}

/**
 * A text as the value of a header, or as part of one: one line without control characters, none that turn the direction of
 * writing, and at most `max` characters.
 */
export function headerText(text: string, max = 1_000): string {
  const line = text
    .toWellFormed()
    .replaceAll(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]+/gu, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim();
  return line.length <= max
    ? line
    : line
        .slice(0, max)
        .toWellFormed()
        .replace(/\ufffd$/, '')
        .trim();
}

/** Source: RFC 5322 §3.2.3, RFC 6532 §3.2 for what is not ASCII. */
const dotAtom = /^[^\s.()<>[\]:;@\\,"\p{Cc}]+(\.[^\s.()<>[\]:;@\\,"\p{Cc}]+)*$/u;

/** An address as a header names it, its mailbox name quoted where it must be; null when it cannot be written to. */
export function headerAddress(address: string): string | null {
  const at = address.lastIndexOf('@');
  const local = address.slice(0, at);
  const domain = address.slice(at + 1);
  if (at <= 0 || address.length > 320 || /[\p{Cc}\s]/u.test(address)) return null;
  if (asciiDomain(domain) === null && !/^\[[0-9a-fA-Fv:.]+\]$/.test(domain)) return null;
  return `${dotAtom.test(local) ? local : quoted(local)}@${domain}`;
}

/** An address with a name before it, which is not encoded. */
export function namedAddress(name: string | null, address: string): string {
  const plain = headerText(name ?? '', 200);
  return plain === '' ? address : `${quoted(plain)} <${address}>`;
}

function quoted(text: string): string {
  return `"${text.replaceAll(/["\\]/g, String.raw`\$&`)}"`;
}
