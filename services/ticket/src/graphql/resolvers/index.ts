import { DateTime, JSONValue } from '@smart-tickets/kit/scalars';
import type { Resolvers } from '../resolver-types.generated.ts';
import { replyToTicket } from './mutation/reply-to-ticket.ts';
import { updateTicket } from './mutation/update-ticket.ts';
import { customer } from './query/customer.ts';
import { ticket, ticketByNumber } from './query/ticket.ts';
import { tickets } from './query/tickets.ts';
import { workspace } from './query/workspace.ts';
import { Customer } from './type/customer.ts';
import { Subscription, TicketEvent } from './type/ticket-event.ts';
import { Ticket } from './type/ticket.ts';
import { Message, TicketChange, TimelineEntry } from './type/timeline.ts';

/** All resolvers of the ticket subgraph. */
export const resolvers: Resolvers = {
  DateTime,
  JSON: JSONValue,
  Query: { customer, ticket, ticketByNumber, tickets, workspace },
  Mutation: { replyToTicket, updateTicket },
  Subscription,
  Customer,
  Message,
  Ticket,
  TicketChange,
  TicketEvent,
  TimelineEntry,
};
