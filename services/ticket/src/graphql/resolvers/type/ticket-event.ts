import { ticketEvents } from '../../ticket-events.ts';
import type { SubscriptionResolvers, TicketEventResolvers } from '../../resolver-types.generated.ts';

export const Subscription: SubscriptionResolvers = {
  ticketEvents: {
    subscribe: (_parent, args, context) => ticketEvents(args, context) as never,
    // Each payload is the event itself.
    resolve: (event: unknown) => event as never,
  },
};

export const TicketEvent: TicketEventResolvers = {
  entry: async ({ entryId }, _args, context) =>
    entryId === null ? null : context.loaders.entry.load(entryId),
};
