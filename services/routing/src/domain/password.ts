/** Lengths in characters of what is compared, after normalisation. Source: NIST SP 800-63B-4 §3.1.1.2, with 12 for its 15. */
export const shortestPassword = 12;
export const longestPassword = 256;
/** Longest mail address that is looked up. Source: RFC 5321 §4.5.3.1. */
export const longestAddress = 320;

/** A password as it is hashed and compared: the same however a keyboard composes its characters. */
export function normalisePassword(text: string): string {
  return text.toWellFormed().normalize('NFKC');
}

/** A mail address as people sign in with it: without spaces around it, in small letters. */
export function signInAddress(email: string): string {
  return email.trim().toWellFormed().normalize('NFKC').toLowerCase();
}

const fewestDifferent = 5;

/** Why a password may not be chosen, as a sentence; null when it may. `password` is normalised. */
export function passwordFault(
  password: string,
  owner: { readonly name: string; readonly email: string },
): string | null {
  const characters = Array.from(password);
  if (characters.length < shortestPassword) return `A password has ${shortestPassword} characters or more.`;
  if (characters.length > longestPassword) return `A password has ${longestPassword} characters at most.`;
  if (new Set(characters).size < fewestDifferent)
    return `A password has ${fewestDifferent} different characters or more.`;
  const lower = password.toLowerCase();
  const address = signInAddress(owner.email);
  if (lower === address || lower === owner.name.toLowerCase())
    return 'A password is not the name or address.';
  return null;
}
