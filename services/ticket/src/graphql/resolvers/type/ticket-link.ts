import type { TicketLinkResolvers } from '../../resolver-types.generated.ts';

export const TicketLink: TicketLinkResolvers = {
  ticket: async ({ otherId }, _args, context) => {
    const ticket = await context.loaders.ticket.load(otherId);
    if (ticket === null) throw new Error(`the other ticket ${otherId} of a link is gone`);
    return ticket;
  },
};
