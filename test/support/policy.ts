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
  'ticket Subscription.ticketEvents': people,
  'ticket Subscription.ticketViewers': people,
  'ticket Subscription.ticketCountsChanged': people,
  'ticket Ticket': entityForPeople,
  'ticket Message': entityForPeople,
  'ticket Note': entityForPeople,
  'ticket Customer': entityForPeople,

  'channel-ingest Query.channel': peopleAndConnectors,
  'channel-ingest Query.channels': peopleAndConnectors,
  'channel-ingest Query.inboundMessages': peopleAndConnectors,
  'channel-ingest Query.inboundMessage': peopleAndConnectors,
  'channel-ingest Query.inboundLedger': peopleAndConnectors,
  'channel-ingest Mutation.ingestMessage': connectors,
  'channel-ingest Mutation.ingestEmail': connectors,
  'channel-ingest Mutation.createUpload': workersAndConnectors,
  'channel-ingest Mutation.retryInbound': workers,
  'channel-ingest Channel': entityForPeopleAndConnectors,
  'channel-ingest Message': entityForPeopleAndConnectors,
  'channel-ingest InboundMessage': entityForPeopleAndConnectors,

  'routing Query.me': { ...people, others: 'NOTHING' },
  'routing Query.agent': people,
  'routing Query.agents': people,
  'routing Query.team': people,
  'routing Query.teams': people,
  'routing Ticket': entityForPeople,
  'routing Agent': entityForPeople,
  'routing Team': entityForPeople,

  'search Query.searchTickets': people,
  'search Query.searchStatus': people,
};
