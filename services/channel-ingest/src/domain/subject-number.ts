const largestNumber = 2_147_483_647;

/**
 * The number of the ticket that a subject names, as `[#123]`, `[Ticket#123]` or `[Ticket #123]`; the first of several, null
 * when it names none. Anybody can write one: it counts only for who has a part in that ticket.
 * @param subject decoded and unfolded
 */
export function subjectNumber(subject: string): number | null {
  for (const [, digits] of subject
    .slice(0, 1_000)
    .matchAll(/\[[\p{L}\p{M} ._-]{0,30}#\s?(\d{1,10})\s?\]/gu)) {
    const number = Number(digits);
    if (number >= 1 && number <= largestNumber) return number;
  }
  return null;
}
