import { noteSeen, opened } from '../../caller.ts';
import type { Context } from '../../context.ts';
import { isSelected, type Selection } from '../../selection.ts';
import { ticketCountsChanged } from '../../ticket-counts-changed.ts';
import { ticketEvents, type TicketEventsArgs, type TicketEventView } from '../../ticket-events.ts';
import { ticketViewers } from '../../ticket-viewers.ts';
import type { SubscriptionResolvers, TicketEventResolvers } from '../../resolver-types.generated.ts';

/** The event for an agent who follows these very tickets: they are shown its message, where it was asked for with it. */
function delivered(
  event: TicketEventView,
  args: TicketEventsArgs,
  context: Context,
  info: Selection,
): TicketEventView {
  if (args.ticketIds == null) return event;
  const bringsMessage = event.kind === 'MESSAGE_ADDED' || event.kind === 'TICKET_CREATED';
  if (bringsMessage && isSelected(info, 'entry')) noteSeen(context, event.ticket);
  return { ...event, ticket: opened(context, event.ticket, info, 'ticket') };
}

export const Subscription: SubscriptionResolvers = {
  ticketEvents: {
    subscribe: (_parent, args, context) => ticketEvents(args, context) as never,
    // Each payload is the event itself.
    resolve: (event: unknown, args: TicketEventsArgs, context: Context, info: Selection) =>
      delivered(event as TicketEventView, args, context, info) as never,
  },
  ticketViewers: {
    subscribe: (_parent, args, context) => ticketViewers(args, context) as never,
    resolve: (viewers: unknown) => viewers as never,
  },
  ticketCountsChanged: {
    subscribe: (_parent, args, context) => ticketCountsChanged(args, context) as never,
    resolve: (counts: unknown) => counts as never,
  },
};

export const TicketEvent: TicketEventResolvers = {
  entry: async ({ entryId }, _args, context) =>
    entryId === null ? null : context.loaders.entry.load(entryId),
};
