/** The query of the bench: a page of 20 tickets with fields from three subgraphs. The gateway plans four fetches. */
export const benchQuery = `query BenchTickets($before: DateTime!) {
  tickets(filter: { createdBefore: $before }, first: 20) {
    nodes {
      id number subject status priority createdAt updatedAt version
      team { name }
      customer { name }
      lastMessage { id text delivery { status } }
      assignments(first: 1) { reason }
    }
    pageInfo { hasNextPage endCursor }
  }
}`;
