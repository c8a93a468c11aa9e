import { storable } from '@smart-tickets/kit/text';
import { maxRatingCommentLength } from '../../../domain/rating.ts';
import { rateTicket as rate, type RateTicketFault } from '../../../use-cases/rate-ticket.ts';
import { demandCustomer } from '../../authorise.ts';
import type { MutationResolvers, UserError } from '../../resolver-types.generated.ts';

function userErrorOf({ code }: RateTicketFault): UserError {
  return code === 'INVALID'
    ? { code, message: 'This link is not valid, or not any more.', field: ['token'] }
    : { code, message: `A comment has at most ${maxRatingCommentLength} characters.`, field: ['comment'] };
}

/** The ticket is never given back: what agents see of it is not the customer's to see. */
export const rateTicket: NonNullable<MutationResolvers['rateTicket']> = async (
  _parent,
  { token, score, comment },
  context,
) => {
  demandCustomer(context);
  const { workspaceId, subject } = context.viewer;
  const claims = context.ratingTokens.read(token, context.deps.now().getTime());
  if (claims === null || claims.workspaceId !== workspaceId || claims.customerId !== subject) {
    return { ticket: null, userErrors: [userErrorOf({ code: 'INVALID' })] };
  }
  const given = { score, comment: comment == null ? null : storable(comment), requestId: context.requestId };
  const result = await rate(context.deps, claims, given);
  return { ticket: null, userErrors: result.ok ? [] : [userErrorOf(result.error)] };
};
