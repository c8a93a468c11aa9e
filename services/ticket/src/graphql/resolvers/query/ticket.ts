import { readTicketByNumber } from '../../../persistence/ticket-queries.ts';
import { demandReader } from '../../authorise.ts';
import { noteSeen } from '../../caller.ts';
import type { QueryResolvers } from '../../resolver-types.generated.ts';
import { showsMessages } from '../../selection.ts';

export const ticket: NonNullable<QueryResolvers['ticket']> = async (_parent, { id }, context, info) => {
  demandReader(context);
  const found = await context.loaders.ticket.load(id);
  if (found !== null && showsMessages(info)) noteSeen(context, found);
  return found;
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
  if (found !== null && showsMessages(info)) noteSeen(context, found);
  return found;
};
