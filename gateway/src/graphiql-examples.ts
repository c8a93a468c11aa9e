/** A tab of GraphiQL: operations to begin with, and their variables as JSON. */
export interface ExampleTab {
  readonly query: string;
  readonly variables?: string;
}

const agent = `# An agent's front end. Put a token of an agent into Headers: {"Authorization": "Bearer …"}
# The play button runs the operation in which the cursor stands, or offers all of them.

query AgentInbox {
  me { id name teams { id name } }
  tickets(filter: { status: [NEW, OPEN] }, orderBy: WAITING_LONGEST, first: 10) {
    nodes {
      id number subject status priority version awaitingReplySince
      customer { id name }
      assignee { name }
      lastMessage { id direction text }
    }
    pageInfo { hasNextPage endCursor }
  }
}

query AgentTicket($number: Int!) {
  ticketByNumber(number: $number) {
    id subject status version
    timeline(last: 20) {
      nodes {
        __typename
        ... on Message { id direction text attachments { fileName url } }
        ... on Note { id text }
      }
    }
    assignments { at reason }
  }
}

# Every change as it happens; give the last cursor back as "after" to miss nothing after a break.
subscription AgentLive($after: String) {
  ticketEvents(after: $after) {
    cursor kind changed
    ticket { id number subject status version assignee { name } }
  }
}
`;

const agentWrites = `# What an agent does to a ticket. Refusals come as userErrors.

mutation AgentReply($ticketId: ID!, $text: String!) {
  replyToTicket(input: { ticketId: $ticketId, text: $text }) {
    message { id }
    userErrors { code message field }
  }
}

mutation AgentUpdate($ticketId: ID!, $expectedVersion: Int) {
  updateTicket(input: { id: $ticketId, status: RESOLVED, expectedVersion: $expectedVersion }) {
    ticket { id status version }
    userErrors { code message field }
  }
}
`;

const connector = `# A connector: it hands in what comes through its channel, and carries answers out. Put the channel's token into Headers.
# Handing the same externalId in again gives the first result.

mutation ConnectorIngest($externalId: String!, $text: String!) {
  ingestMessage(input: {
    externalId: $externalId
    threadId: "conversation-1"
    from: { name: "Kim Customer", externalId: "customer-1" }
    text: $text
  }) {
    duplicate
    inboundMessage { id status }
    userErrors { code message field }
  }
}

query ConnectorLedger {
  channels { id kind name }
  inboundMessages(first: 5) { nodes { id status reason } }
}

# How many answers wait; then claim some, send them, and report each.
subscription ConnectorWaiting {
  deliveriesWaiting { count }
}

mutation ConnectorClaim {
  claimDeliveries(max: 5, leaseSeconds: 60) {
    id to inDoubt
    content { subject text html headers threadKey }
  }
}

mutation ConnectorReport($deliveryId: ID!) {
  reportDelivery(input: { deliveryId: $deliveryId, status: SENT }) {
    delivery { id status }
    userErrors { code message field }
  }
}
`;

const dashboard = `# A wall board: counts now and whenever they change, at most once a second. A viewer's token is enough.

subscription DashboardCounts {
  ticketCountsChanged(by: STATUS) { key count }
}

query DashboardNow {
  byStatus: ticketCounts(by: STATUS) { key count }
  byPriority: ticketCounts(by: PRIORITY) { key count }
  teams { name agents { name } }
  searchStatus { documents }
}

query DashboardSearch($words: String!) {
  searchTickets(query: $words, first: 5) {
    totalCount
    edges { node { number subject status } highlights { field html } }
  }
}
`;

/** Operations for the three kinds of users, one tab each and one for what agents write. */
export const exampleTabs: readonly ExampleTab[] = [
  { query: agent, variables: '{ "number": 1 }' },
  { query: agentWrites, variables: '{ "ticketId": "", "text": "We have sent it again." }' },
  {
    query: connector,
    variables: '{ "externalId": "message-1", "text": "My parcel has not come.", "deliveryId": "" }',
  },
  { query: dashboard, variables: '{ "words": "parcel" }' },
];
