import type { Role } from '@smart-tickets/contracts';

/** Who may use an entry into the graph. Everybody else is refused with FORBIDDEN, or sees nothing. */
export interface Rule {
  readonly allowed: readonly Role[];
  /** What those see who may not: an error, or an answer as if there were nothing. */
  readonly others: 'FORBIDDEN' | 'NOTHING';
}

const people: Rule = { allowed: ['ADMIN', 'AGENT', 'VIEWER'], others: 'FORBIDDEN' };
const workers: Rule = { allowed: ['ADMIN', 'AGENT'], others: 'FORBIDDEN' };
const admins: Rule = { allowed: ['ADMIN'], others: 'FORBIDDEN' };
const connectors: Rule = { allowed: ['CONNECTOR'], others: 'FORBIDDEN' };
const customers: Rule = { allowed: ['CUSTOMER'], others: 'FORBIDDEN' };
/** Everybody with an account; a connector sees what came through its own channel. */
const peopleAndConnectors: Rule = {
  allowed: ['ADMIN', 'AGENT', 'VIEWER', 'CONNECTOR'],
  others: 'FORBIDDEN',
};
const workersAndConnectors: Rule = { allowed: ['ADMIN', 'AGENT', 'CONNECTOR'], others: 'FORBIDDEN' };
const entityForAdmins: Rule = { allowed: admins.allowed, others: 'NOTHING' };
const entityForPeople: Rule = { allowed: people.allowed, others: 'NOTHING' };
const entityForPeopleAndConnectors: Rule = { allowed: peopleAndConnectors.allowed, others: 'NOTHING' };

/**
 * Who may enter the graph where: one line for each field of Query, Mutation and Subscription and for each entity of
 * each subgraph. The policy tests fail for a field without a line here, and for a line without a field.
 */
export const policy: Readonly<Record<string, Rule>> = {
  'ticket Query.workspace': people,
  'ticket Query.customFields': people,
  'ticket Query.ticket': people,
  'ticket Query.ticketByNumber': people,
  'ticket Query.tickets': people,
  'ticket Query.customer': people,
  'ticket Query.customers': people,
  'ticket Query.ticketCounts': people,
  'ticket Query.erasure': admins,
  'ticket Query.webhooks': admins,
  'ticket Query.webhook': admins,
  'ticket Mutation.createTicket': workers,
  'ticket Mutation.replyToTicket': workers,
  'ticket Mutation.addNote': workers,
  'ticket Mutation.updateTicket': workers,
  'ticket Mutation.updateTickets': workers,
  'ticket Mutation.mergeTickets': workers,
  'ticket Mutation.unmergeTicket': workers,
  'ticket Mutation.splitTicket': workers,
  'ticket Mutation.linkTickets': workers,
  'ticket Mutation.snoozeTicket': workers,
  'ticket Mutation.viewTicket': workers,
  'ticket Mutation.updateCustomer': workers,
  'ticket Mutation.mergeCustomers': workers,
  'ticket Mutation.unmergeCustomer': workers,
  'ticket Mutation.eraseCustomer': admins,
  'ticket Mutation.rateTicket': customers,
  'ticket Mutation.upsertCustomField': admins,
  'ticket Mutation.updateWorkspace': admins,
  'ticket Mutation.createWebhook': admins,
  'ticket Mutation.updateWebhook': admins,
  'ticket Mutation.deleteWebhook': admins,
  'ticket Mutation.rotateWebhookSecret': admins,
  'ticket Mutation.redriveWebhookDelivery': admins,
  'ticket Subscription.ticketEvents': people,
  'ticket Subscription.ticketViewers': people,
  'ticket Subscription.ticketCountsChanged': people,
  'ticket Ticket': entityForPeople,
  'ticket Message': entityForPeople,
  'ticket Note': entityForPeople,
  'ticket Customer': entityForPeople,
  'ticket Webhook': entityForAdmins,

  'channel-ingest Query.channel': peopleAndConnectors,
  'channel-ingest Query.channels': peopleAndConnectors,
  'channel-ingest Query.inboundMessages': peopleAndConnectors,
  'channel-ingest Query.inboundMessage': peopleAndConnectors,
  'channel-ingest Query.inboundLedger': peopleAndConnectors,
  'channel-ingest Query.delivery': peopleAndConnectors,
  'channel-ingest Query.deliveries': peopleAndConnectors,
  'channel-ingest Mutation.ingestMessage': connectors,
  'channel-ingest Mutation.ingestMessages': connectors,
  'channel-ingest Mutation.ingestEmail': connectors,
  'channel-ingest Mutation.ingestCall': connectors,
  'channel-ingest Mutation.createUpload': workersAndConnectors,
  'channel-ingest Mutation.retryInbound': workers,
  'channel-ingest Mutation.claimDeliveries': connectors,
  'channel-ingest Mutation.reportConnector': connectors,
  'channel-ingest Mutation.reportDelivery': connectors,
  'channel-ingest Mutation.redriveDelivery': workers,
  'channel-ingest Mutation.createChannel': admins,
  'channel-ingest Mutation.updateChannel': admins,
  'channel-ingest Mutation.rotateChannelToken': admins,
  'channel-ingest Subscription.deliveriesWaiting': connectors,
  'channel-ingest Channel': entityForPeopleAndConnectors,
  // Of what came in; agents see it by what other subgraphs tell, as in test/raw-forms.int.test.ts.
  'channel-ingest Message': entityForAdmins,
  'channel-ingest InboundMessage': entityForPeopleAndConnectors,
  'channel-ingest Delivery': entityForPeopleAndConnectors,

  'routing Query.me': { ...people, others: 'NOTHING' },
  'routing Query.agent': people,
  'routing Query.agents': people,
  'routing Query.team': people,
  'routing Query.teams': people,
  'routing Mutation.changePassword': people,
  'routing Mutation.setPassword': admins,
  'routing Ticket': entityForPeople,
  'routing Agent': entityForPeople,
  'routing Team': entityForPeople,

  'search Query.searchTickets': people,
  'search Query.searchStatus': people,
};

/** Fields that only some see of those who see the thing itself: for others asking is FORBIDDEN. */
export const fieldPolicy: Readonly<Record<string, readonly Role[]>> = {
  'Channel.health': ['ADMIN', 'AGENT', 'CONNECTOR'],
};
