/** Longest mail address. Source: RFC 5321 §4.5.3.1.3, less the angle brackets. */
const maxAddressLength = 254;

// Unquoted local parts, of any script (RFC 6531), and host names; nothing that ends or splits a mail header.
const addressPattern =
  /^[\p{L}\p{N}\p{M}!#$%&'*+\-/=?^_`{|}~]+(\.[\p{L}\p{N}\p{M}!#$%&'*+\-/=?^_`{|}~]+)*@[\p{L}\p{N}\p{M}]([\p{L}\p{N}\p{M}-]*[\p{L}\p{N}\p{M}])?(\.[\p{L}\p{N}\p{M}]([\p{L}\p{N}\p{M}-]*[\p{L}\p{N}\p{M}])?)*$/u;

/** A mail address that can be written to, as it is kept and compared: trimmed, lower case; null when it is none. */
export function mailAddress(text: string): string | null {
  if (text.length > maxAddressLength + 100) return null;
  const address = text.trim().toLowerCase();
  return address.length <= maxAddressLength && addressPattern.test(address) ? address : null;
}
