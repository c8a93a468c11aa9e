import type { RatingScore } from '@smart-tickets/contracts';
import { changeInstant, nextVersion, type Ticket } from './ticket.ts';

/** Longest comment of a rating, in characters. */
export const maxRatingCommentLength = 2_000;

/** The ticket with the customer's rating, which may be another one later; null when it has this very one already. */
export function rate(
  ticket: Ticket,
  score: RatingScore,
  comment: string | null,
  nowIso: string,
): Ticket | null {
  if (ticket.rating?.score === score && ticket.rating.comment === comment) return null;
  const ratedAt = changeInstant(ticket, nowIso);
  return nextVersion(ticket, { rating: { score, comment, ratedAt } }, nowIso);
}
