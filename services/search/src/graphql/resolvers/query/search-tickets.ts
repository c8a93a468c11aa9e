import { GraphQLError } from 'graphql';
import type { Hit, HitPage, SearchSort } from '../../../domain/search-page.ts';
import { searchTickets as search, type SearchFault } from '../../../use-cases/search-tickets.ts';
import { demandReader, type SearchContext } from '../../context.ts';

interface Args {
  readonly query: string;
  readonly sort: SearchSort | null;
  readonly first: number | null;
  readonly after?: string | null;
  readonly asOf?: string | null;
}

/** Query.searchTickets. FORBIDDEN to connectors; what cannot be served is BAD_USER_INPUT or LIMIT_EXCEEDED. */
export async function searchTickets(_parent: unknown, args: Args, context: SearchContext): Promise<object> {
  demandReader(context);
  const found = await search(context, context.viewer.workspaceId, {
    query: args.query,
    sort: args.sort ?? 'RELEVANCE',
    first: args.first ?? 25,
    after: args.after ?? null,
    asOf: args.asOf ?? null,
  });
  if (!found.ok) throw refusal(found.error);
  return connectionOf(found.value);
}

function connectionOf(page: HitPage): object {
  return {
    edges: page.hits.map(edgeOf),
    pageInfo: {
      hasNextPage: page.hasNextPage,
      hasPreviousPage: page.hasPreviousPage,
      startCursor: page.hits[0]?.cursor ?? null,
      endCursor: page.hits.at(-1)?.cursor ?? null,
    },
    totalCount: page.total,
    totalCountExact: page.totalExact,
  };
}

function edgeOf({ ticketId, cursor, score, highlights }: Hit): object {
  return { cursor, node: { __typename: 'Ticket', id: ticketId }, score, highlights };
}

function refusal(fault: SearchFault): GraphQLError {
  const code = fault.code === 'TOO_SLOW' ? 'LIMIT_EXCEEDED' : 'BAD_USER_INPUT';
  return new GraphQLError(messageOf(fault), { extensions: { code } });
}

function messageOf(fault: SearchFault): string {
  switch (fault.code) {
    case 'QUERY_TOO_LONG':
      return `A query has at most ${fault.most} characters.`;
    case 'CONDITION_NOT_SERVED':
      return `Conditions such as ${fault.field}: are not served yet; put it in quotes to look for the words.`;
    case 'BAD_PAGE_SIZE':
      return `searchTickets takes first from 1 to ${fault.most}.`;
    case 'BAD_CURSOR':
      return 'after must be a cursor of this search, in the same order.';
    case 'BAD_AS_OF':
      return 'asOf must be the cursor of a ticket event.';
    case 'TOO_SLOW':
      return `The search did not end within ${fault.limitMs} ms; try rarer words.`;
  }
}
