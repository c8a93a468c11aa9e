import { DateTime, JSONValue } from '@smart-tickets/kit/scalars';
import type { Resolvers } from '../resolver-types.generated.ts';
import { linkTickets } from './mutation/link-tickets.ts';
import { eraseCustomer } from './mutation/erase-customer.ts';
import { mergeCustomers } from './mutation/merge-customers.ts';
import { mergeTickets } from './mutation/merge-tickets.ts';
import { addNote } from './mutation/add-note.ts';
import { createTicket } from './mutation/create-ticket.ts';
import { rateTicket } from './mutation/rate-ticket.ts';
import { replyToTicket } from './mutation/reply-to-ticket.ts';
import { snoozeTicket } from './mutation/snooze-ticket.ts';
import { unmergeCustomer } from './mutation/unmerge-customer.ts';
import { updateCustomer } from './mutation/update-customer.ts';
import { splitTicket } from './mutation/split-ticket.ts';
import { unmergeTicket } from './mutation/unmerge-ticket.ts';
import { updateTicket } from './mutation/update-ticket.ts';
import { updateTickets } from './mutation/update-tickets.ts';
import { updateWorkspace } from './mutation/update-workspace.ts';
import { upsertCustomField } from './mutation/upsert-custom-field.ts';
import { viewTicket } from './mutation/view-ticket.ts';
import { customFields } from './query/custom-fields.ts';
import { customer } from './query/customer.ts';
import { customers } from './query/customers.ts';
import { erasure } from './query/erasure.ts';
import { ticketCounts } from './query/ticket-counts.ts';
import { ticket, ticketByNumber } from './query/ticket.ts';
import { tickets } from './query/tickets.ts';
import { workspace } from './query/workspace.ts';
import { Attachment } from './type/attachment.ts';
import { Customer } from './type/customer.ts';
import { Subscription, TicketEvent } from './type/ticket-event.ts';
import { TicketViewer } from './type/ticket-viewer.ts';
import { TicketLink } from './type/ticket-link.ts';
import { Ticket } from './type/ticket.ts';
import { Message, Note, TicketChange, TimelineEntry } from './type/timeline.ts';

/** All resolvers of the ticket subgraph. */
export const resolvers: Resolvers = {
  DateTime,
  JSON: JSONValue,
  Query: {
    customer,
    customers,
    erasure,
    customFields,
    ticket,
    ticketByNumber,
    ticketCounts,
    tickets,
    workspace,
  },
  Mutation: {
    addNote,
    createTicket,
    linkTickets,
    mergeTickets,
    rateTicket,
    replyToTicket,
    snoozeTicket,
    eraseCustomer,
    mergeCustomers,
    unmergeCustomer,
    updateCustomer,
    splitTicket,
    unmergeTicket,
    updateTicket,
    updateTickets,
    updateWorkspace,
    upsertCustomField,
    viewTicket,
  },
  Subscription,
  Attachment,
  Customer,
  Message,
  Note,
  Ticket,
  TicketChange,
  TicketEvent,
  TicketLink,
  TicketViewer,
  TimelineEntry,
};
