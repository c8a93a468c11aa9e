import { readTicketByNumber } from '../../../persistence/ticket-queries.ts';
import { demandReader } from '../../authorise.ts';
import { opened } from '../../caller.ts';
import type { QueryResolvers } from '../../resolver-types.generated.ts';

export const ticket: NonNullable<QueryResolvers['ticket']> = async (_parent, { id }, context, info) => {
  demandReader(context);
  const found = await context.loaders.ticket.load(id);
  return found === null ? null : opened(context, found, info);
};

const maxInt4 = 2_147_483_647;

export const ticketByNumber: NonNullable<QueryResolvers['ticketByNumber']> = async (
  _parent,
  { number },
  context,
  info,
) => {
  demandReader(context);
  if (number < 1 || number > maxInt4) return null;
  const found = await readTicketByNumber(context.deps.pool, context.viewer.workspaceId, number);
  return found === null ? null : opened(context, found, info);
};
