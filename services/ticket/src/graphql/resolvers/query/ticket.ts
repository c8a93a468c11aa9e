import { readTicketByNumber } from '../../../persistence/ticket-queries.ts';
import { demandReader } from '../../authorise.ts';
import type { QueryResolvers } from '../../resolver-types.generated.ts';

export const ticket: NonNullable<QueryResolvers['ticket']> = (_parent, { id }, context) => {
  demandReader(context);
  return context.loaders.ticket.load(id);
};

const maxInt4 = 2_147_483_647;

export const ticketByNumber: NonNullable<QueryResolvers['ticketByNumber']> = (
  _parent,
  { number },
  context,
) => {
  demandReader(context);
  if (number < 1 || number > maxInt4) return null;
  return readTicketByNumber(context.deps.pool, context.viewer.workspaceId, number);
};
