import type { RatingScore } from '@smart-tickets/contracts';
import type { RatingSubject } from '@smart-tickets/kit/link-token';
import { inWorkspace, type Tx } from '@smart-tickets/kit/postgres';
import { err, ok, type Result } from '@smart-tickets/kit/result';
import { maxRatingCommentLength, rate } from '../domain/rating.ts';
import { changesBetween } from '../domain/update.ts';
import { RatingStore } from '../persistence/rating-store.ts';
import { TicketStore, type LockedTicket } from '../persistence/ticket-store.ts';
import { writeChange } from './change-ticket.ts';
import type { Deps } from './deps.ts';

/** INVALID: the link leads to nothing that the customer could rate; it is not told why. */
export interface RateTicketFault {
  readonly code: 'INVALID' | 'LIMIT_EXCEEDED';
}

/** A ticket that is merged while it is looked for is looked for again, at most this often. */
const maxSteps = 5;

/**
 * Sets the customer's rating of a ticket; a later one takes its place, and the same again writes nothing. `subject` is
 * what a valid link says. A merged ticket's rating goes to the one in which it lives on, as long as that belongs to the
 * customer or to whom the customer was merged into. Spam and the tickets of the erased are not rated.
 */
export async function rateTicket(
  deps: Deps,
  subject: RatingSubject,
  input: { readonly score: RatingScore; readonly comment: string | null; readonly requestId: string },
): Promise<Result<null, RateTicketFault>> {
  if ((input.comment ?? '').length > maxRatingCommentLength) return err({ code: 'LIMIT_EXCEEDED' });
  const comment = input.comment === null || input.comment.trim() === '' ? null : input.comment;
  const { workspaceId, ticketId, customerId } = subject;
  const result = await inWorkspace<null, RateTicketFault>(deps.pool, workspaceId, async (tx) => {
    const locked = await lockStanding(tx, ticketId);
    // Read under the ticket's lock: an erasure that has passed this ticket is seen here.
    const owners = await new RatingStore(tx).idsOfCustomer(customerId);
    const owner = locked?.ticket.customerId ?? null;
    if (locked === null || owner === null || !owners.includes(owner) || locked.ticket.status === 'SPAM') {
      return err({ code: 'INVALID' });
    }
    const rated = rate(locked.ticket, input.score, comment, deps.now().toISOString());
    if (rated === null) return ok(null);
    const updated = { ticket: rated, changes: changesBetween(locked.ticket, rated) };
    const cause = { requestId: input.requestId, eventId: null, depth: 0 };
    writeChange(deps, tx, locked, updated, { type: 'CUSTOMER', id: owner, name: null }, cause);
    return ok(null);
  });
  deps.eventsWritten();
  return result;
}

/**
 * The ticket in which this one lives, locked. One that was merged while its lock was waited for stays locked, too, while
 * its heir's is waited for: where that makes a circle with another merge, Postgres ends one of both, and `inWorkspace`
 * begins it again.
 */
async function lockStanding(tx: Tx, ticketId: string): Promise<LockedTicket | null> {
  for (let step = 0; step < maxSteps; step += 1) {
    const standing = await new RatingStore(tx).standingTicket(ticketId);
    const locked = standing === null ? null : await new TicketStore(tx).lock(standing);
    if (locked === null || locked.ticket.mergedIntoId === null) return locked;
  }
  throw new Error(`the ticket ${ticketId} was merged again and again while it was rated`);
}
