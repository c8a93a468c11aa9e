import type { RequestContext } from '@smart-tickets/kit/subgraph-server';
import { GraphQLError } from 'graphql';
import type { SearchParts } from '../use-cases/search-tickets.ts';

/** What every resolver of this service is given. */
export interface SearchContext extends RequestContext, SearchParts {}

/** Throws FORBIDDEN for all but those who work here: connectors hand messages in and find none, nor do customers. */
export function demandReader({ viewer }: RequestContext): void {
  if (viewer.role === 'ADMIN' || viewer.role === 'AGENT' || viewer.role === 'VIEWER') return;
  throw new GraphQLError(`A ${viewer.role.toLowerCase()} may not search tickets.`, {
    extensions: { code: 'FORBIDDEN' },
  });
}
