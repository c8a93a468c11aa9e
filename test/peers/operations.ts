import type { World } from './world.ts';

/** One operation that both gateways are asked. */
export interface Operation {
  /** What it tries. */
  readonly name: string;
  readonly query: string;
  readonly variables?: (world: World) => Record<string, unknown>;
  readonly operationName?: string;
  /** Whose token goes along; an agent's unless told otherwise. */
  readonly as?: 'admin' | 'viewer' | 'API' | 'EMAIL';
}

const first = ({ ticketIds }: World): Record<string, unknown> => ({ id: ticketIds[0] });

/** With all subgraphs up: data are compared, and the code and path of each error. */
export const operations: readonly Operation[] = [
  {
    name: 'an entity of three subgraphs',
    query: `query ($id: ID!) { ticket(id: $id) {
      id number subject status priority channel tags createdAt version team { id name } assignee { name email role }
      assignments { reason at agent { name } team { name } } lastMessage { text source { externalId status } } } }`,
    variables: first,
  },
  {
    name: 'a page of such entities',
    query: `{ tickets(first: 4, orderBy: CREATED_ASC) { nodes {
      number subject team { name } assignee { name } customer { name } assignments(first: 1) { reason }
      lastMessage { text source { status channel { name kind } } } } } }`,
  },
  {
    name: 'cursors of a page',
    query: `{ tickets(first: 2, orderBy: CREATED_ASC) { edges { cursor node { number } }
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }`,
  },
  {
    name: 'from the intake to tickets and back to the intake',
    query: `{ inboundMessages(first: 3) { nodes { externalId status channel { name team { name } }
      ticket { number assignee { name } lastMessage { source { externalId } } } } } }`,
  },
  {
    name: 'from the index to tickets, agents and the intake',
    query: `query ($words: String!) { searchTickets(query: $words, sort: CREATED_DESC) { totalCount edges {
      highlights { field html } node { number subject assignee { name } lastMessage { text source { externalId } } } } } }`,
    variables: () => ({ words: 'help' }),
  },
  {
    name: 'a union with fields of other subgraphs in its members',
    query: `query ($id: ID!) { ticket(id: $id) { timeline(first: 30) { nodes { __typename
      ... on Message { text direction author { __typename ... on Customer { customer: name } ... on Agent { name } }
        source { externalId } delivery { status } }
      ... on Note { text author { ... on Agent { name email } } mentions { name email } }
      ... on TicketChange { kind before after actor { __typename ... on Agent { name } } } } } } }`,
    variables: first,
  },
  {
    name: 'a union of which nothing but the type is asked',
    query: `query ($id: ID!) { ticket(id: $id) { timeline { edges { node { __typename } } } } }`,
    variables: first,
  },
  {
    name: 'a union filtered by an enum',
    query: `query ($id: ID!, $kinds: [TimelineKind!]) { ticket(id: $id) { timeline(last: 3, kinds: $kinds) {
      nodes { ... on TicketChange { id kind at } } pageInfo { hasPreviousPage } } } }`,
    variables: ({ ticketIds }) => ({ id: ticketIds[0], kinds: ['CHANGE'] }),
  },
  {
    name: 'aliases of roots, fields and arguments',
    query: `query ($a: ID!, $b: ID!) {
      one: ticket(id: $a) { nr: number who: assignee { label: name } few: assignments(first: 1) { why: reason }
        all: assignments { why: reason } }
      two: ticket(id: $b) { nr: number who: assignee { label: name } crew: team { title: name } } }`,
    variables: ({ ticketIds: [a, b] }) => ({ a, b }),
  },
  {
    name: 'named fragments, one in another',
    query: `query ($id: ID!) { ticket(id: $id) { ...Head } }
      fragment Head on Ticket { number ...People lastMessage { ...Words } }
      fragment People on Ticket { assignee { ...Person } team { name agents { ...Person } } }
      fragment Person on Agent { name role }
      fragment Words on Message { text source { status } }`,
    variables: first,
  },
  {
    name: 'inline fragments without a type, and the same field twice',
    query: `query ($id: ID!) { ticket(id: $id) { ... { subject team { id } } ... { team { name } subject } team { strategy } } }`,
    variables: first,
  },
  ...[true, false].map((yes): Operation => ({
    name: `@include and @skip, ${yes}`,
    query: `query ($id: ID!, $yes: Boolean!) { ticket(id: $id) { number
        assignee @include(if: $yes) { name } team @skip(if: $yes) { name }
        assignments @include(if: $yes) { reason } ... @skip(if: $yes) { lastMessage { source { externalId } } } } }`,
    variables: (world) => ({ ...first(world), yes }),
  })),
  {
    name: '@skip of a whole root',
    query: `query ($id: ID!, $no: Boolean = true) { ticket(id: $id) @skip(if: $no) { number } me { name } }`,
    variables: first,
  },
  {
    name: 'a fragment under @include',
    query: `query ($id: ID!, $on: Boolean!) { ticket(id: $id) { number ...More @include(if: $on) } }
      fragment More on Ticket { team { name } lastMessage { source { status } } }`,
    variables: (world) => ({ ...first(world), on: true }),
  },
  {
    name: 'roots of all four subgraphs at once',
    query: `{ me { name role teams { name } } channels { kind name enabled team { name } } searchStatus { documents engine }
      workspace { name timeZone retentionDays } inboundLedger { received onTicket inWork } }`,
  },
  {
    name: 'default values of variables',
    query: `query ($first: Int = 2, $order: TicketOrder = CREATED_ASC) {
      tickets(first: $first, orderBy: $order) { nodes { number team { name } } } }`,
  },
  {
    name: 'an input object with lists, written out and by variable',
    query: `query ($status: [TicketStatus!]) {
      written: tickets(filter: { tags: ["shop"], priority: [HIGH, URGENT] }) { nodes { number tags assignee { name } } }
      given: tickets(filter: { status: $status, unassigned: true }, orderBy: CREATED_ASC) { nodes { number team { name } } } }`,
    variables: () => ({ status: ['NEW', 'OPEN', 'PENDING'] }),
  },
  {
    name: 'a variable for one value of a list',
    query: `query ($team: ID!) { tickets(filter: { teamId: [$team] }, orderBy: CREATED_ASC) { nodes { number } } }`,
    variables: ({ teamId }) => ({ team: teamId }),
  },
  {
    name: 'null where an entity is not set',
    query: `{ tickets(filter: { unassigned: true }, orderBy: CREATED_ASC) { nodes { number assignee { name email } team { name } rating { score } } } }`,
  },
  {
    name: 'an entity that is not there',
    query: `query ($id: ID!) { ticket(id: $id) { number team { name } } agent(id: $id) { name } delivery(id: $id) { status } }`,
    variables: () => ({ id: '019a0000-0000-7000-8000-000000000000' }),
  },
  {
    name: 'a merged ticket leads to another',
    query: `query ($id: ID!) { ticket(id: $id) { number status mergedInto { number assignee { name } lastMessage { source { externalId } } } } }`,
    variables: ({ ticketIds }) => ({ id: ticketIds[3] }),
  },
  {
    name: 'links to tickets with fields of other subgraphs',
    query: `query ($id: ID!) { ticket(id: $id) { links { kind ticket { number team { name } assignments(first: 1) { reason } } } } }`,
    variables: first,
  },
  {
    name: 'a customer, their tickets, and who has those',
    query: `query ($id: ID!) { customer(id: $id) { name identities { kind value verified } fields { key value }
      tickets(first: 5) { nodes { number status assignee { name } } } } }`,
    variables: ({ customerId }) => ({ id: customerId }),
  },
  {
    name: 'an answer on its way out, from the intake to the ticket',
    query: `query ($id: ID!) { delivery(id: $id) { status attempts to recipients { address status }
      content { subject text headers attachments { fileName } } channel { name }
      message { text direction author { ... on Agent { name } } ticket { number } } ticket { number team { name } } } }`,
    variables: ({ deliveryId }) => ({ id: deliveryId }),
  },
  {
    name: 'a message to its answer and its source, twice over',
    query: `query ($id: ID!) { ticket(id: $id) { timeline(kinds: [MESSAGE]) { nodes { ... on Message { text
      delivery { status ticket { number } } source { externalId headers ticket { number team { name } } } } } } } }`,
    variables: ({ mailTicketId }) => ({ id: mailTicketId }),
  },
  {
    name: 'objects of JSON',
    query: `query ($id: ID!) { channel(id: $id) { name settings health { receivedToday pendingDeliveries } } customFields { key type options default } }`,
    variables: ({ channelId }) => ({ id: channelId }),
    as: 'admin',
  },
  {
    name: 'teams, their agents, and their teams again',
    query: `query ($id: ID!) { team(id: $id) { name strategy agents { name teams { name agents { name } } } } agents { name role } }`,
    variables: ({ teamId }) => ({ id: teamId }),
  },
  {
    name: 'counts',
    query: `{ status: ticketCounts(by: STATUS) { key count awaitingReply } agents: ticketCounts(by: ASSIGNEE, filter: { tags: ["shop"] }) { key count } }`,
  },
  {
    name: 'what admins see',
    query: `query ($id: ID!) { webhook(id: $id) { name url events enabled deliveries { nodes { event status } } } webhooks { id } }`,
    variables: ({ webhookId }) => ({ id: webhookId }),
    as: 'admin',
  },
  {
    name: 'what a connector sees',
    query: `{ me { name } inboundLedger { received onTicket } inboundMessages { nodes { externalId ticket { number } } } }`,
    as: 'API',
  },
  {
    name: 'what a viewer may not see',
    query: `{ tickets(first: 1) { nodes { number lastMessage { text source { headers } } } } webhooks { url } }`,
    as: 'viewer',
  },
  {
    name: 'a refused page size',
    query: `{ tickets(first: 500) { nodes { number } } me { name } }`,
  },
  {
    name: 'a refused cursor',
    query: `{ tickets(first: 1, after: "nonsense") { nodes { number team { name } } } }`,
  },
  {
    name: 'a field that is not there',
    query: `{ me { name shoeSize } }`,
  },
  {
    name: 'a variable of the wrong type',
    query: `query ($first: Int) { tickets(first: $first) { nodes { number } } }`,
    variables: () => ({ first: 'many' }),
  },
  {
    name: 'a variable that is missing',
    query: `query ($id: ID!) { ticket(id: $id) { number } }`,
  },
  {
    name: 'one operation of several',
    query: `query Mine { me { name } } query Theirs { agents { name teams { name } } }`,
    operationName: 'Theirs',
  },
  {
    name: 'a change that is safe to repeat, with fields of other subgraphs',
    query: `mutation ($input: AddNoteInput!) { addNote(input: $input) { note { id text author { ... on Agent { name } }
      mentions { name } ticket { number team { name } } } userErrors { code } } }`,
    variables: ({ ticketIds, agentId }) => ({
      input: { ticketId: ticketIds[1], text: 'Once.', idempotencyKey: 'peers', mentionAgentIds: [agentId] },
    }),
  },
  {
    name: 'two changes, one after the other, that change nothing',
    query: `mutation ($id: ID!, $none: ID!) {
      same: updateTicket(input: { id: $id, priority: HIGH }) { ticket { number version assignee { name } } userErrors { code } }
      none: updateTicket(input: { id: $none, priority: LOW }) { ticket { number team { name } } userErrors { code field } } }`,
    variables: (world) => ({ ...first(world), none: '019a0000-0000-7000-8000-000000000000' }),
  },
  {
    name: 'the schema as clients read it',
    query: `{ __schema { queryType { name } mutationType { name } subscriptionType { name } }
      __type(name: "Ticket") { kind name fields { name type { kind name ofType { kind name } } args { name defaultValue } } } }`,
  },
];

/**
 * With the routing subgraph (agents, teams, assignments) out of reach: data are compared, and that there are errors. Ours
 * says once that a part is away, Hive Gateway says it at each place.
 */
export const operationsWithoutRouting: readonly Operation[] = [
  {
    name: 'nothing of the subgraph that is away',
    query: `{ tickets(first: 2, orderBy: CREATED_ASC) { nodes { number lastMessage { source { externalId } } } } }`,
  },
  {
    name: 'fields that may be null of the subgraph that is away',
    query: `query ($id: ID!) { ticket(id: $id) { number lastMessage { source { externalId } } } me { name } }`,
    variables: first,
  },
  {
    name: 'fields that must not be null of entities of the subgraph that is away',
    query: `query ($id: ID!) { ticket(id: $id) { number assignee { name } lastMessage { source { externalId } } } }`,
    variables: first,
  },
  {
    name: 'such fields of a page',
    query: `{ tickets(first: 3, orderBy: CREATED_ASC) { nodes { number assignee { id name } team { id } } } }`,
  },
  {
    name: 'a list that must not be null of the subgraph that is away',
    query: `query ($id: ID!) { ticket(id: $id) { number assignments { reason } } workspace { name } }`,
    variables: first,
  },
];
