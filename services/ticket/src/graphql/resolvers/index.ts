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
import { createWebhook } from './mutation/create-webhook.ts';
import { deleteWebhook } from './mutation/delete-webhook.ts';
import { redriveWebhookDelivery } from './mutation/redrive-webhook-delivery.ts';
import { rotateWebhookSecret } from './mutation/rotate-webhook-secret.ts';
import { updateWebhook } from './mutation/update-webhook.ts';
import { customFields } from './query/custom-fields.ts';
import { customer } from './query/customer.ts';
import { customers } from './query/customers.ts';
import { erasure } from './query/erasure.ts';
import { ticketCounts } from './query/ticket-counts.ts';
import { ticket, ticketByNumber } from './query/ticket.ts';
import { tickets } from './query/tickets.ts';
import { webhook, webhooks } from './query/webhooks.ts';
import { workspace } from './query/workspace.ts';
import { Attachment } from './type/attachment.ts';
import { Customer } from './type/customer.ts';
import { Subscription, TicketEvent } from './type/ticket-event.ts';
import { TicketViewer } from './type/ticket-viewer.ts';
import { TicketLink } from './type/ticket-link.ts';
import { Ticket } from './type/ticket.ts';
import { Message, Note, TicketChange, TimelineEntry } from './type/timeline.ts';
import { Webhook, WebhookDelivery } from './type/webhook.ts';

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
    webhook,
    webhooks,
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
    createWebhook,
    deleteWebhook,
    redriveWebhookDelivery,
    rotateWebhookSecret,
    updateWebhook,
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
  Webhook,
  WebhookDelivery,
};
