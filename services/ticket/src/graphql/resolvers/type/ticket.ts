import { readTimeline } from '../../../persistence/ticket-queries.ts';
import { mayRead } from '../../authorise.ts';
import { connection, numberCursor, numberPosition, pageSize } from '../../paging.ts';
import type { TicketResolvers } from '../../resolver-types.generated.ts';

const maxInt4 = 2_147_483_647;

export const Ticket: TicketResolvers = {
  __resolveReference: (reference, context) =>
    mayRead(context) ? context.loaders.ticket.load(reference.id) : null,
  customer: ({ customerId }, _args, context) =>
    customerId === null ? null : context.loaders.customer.load(customerId),
  assignee: ({ assigneeId }) => (assigneeId === null ? null : { id: assigneeId }),
  team: ({ teamId }) => (teamId === null ? null : { id: teamId }),
  lastMessage: async ({ lastMessageId }, _args, context) => {
    const entry = lastMessageId === null ? null : await context.loaders.entry.load(lastMessageId);
    return entry?.type === 'MESSAGE' ? entry : null;
  },
  timeline: async (ticket, args, context) => {
    const size = pageSize(args.first, 25);
    const list = `timeline:${ticket.id}`;
    const after = args.after == null ? 0 : Math.min(numberPosition(list, args.after), maxInt4);
    const rows = await readTimeline(
      context.deps.pool,
      context.viewer.workspaceId,
      ticket.id,
      after,
      size + 1,
    );
    return connection(rows, size, after > 0, (entry) => numberCursor(list, entry.seq));
  },
};
