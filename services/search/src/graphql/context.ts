import type { RequestContext } from '@smart-tickets/kit/subgraph-server';
import { GraphQLError } from 'graphql';
import type { SearchParts } from '../use-cases/search-tickets.ts';

/** What every resolver of this service is given. */
export interface SearchContext extends RequestContext, SearchParts {}

/** Throws FORBIDDEN for connectors, who may hand messages in and find none. */
export function demandReader({ viewer }: RequestContext): void {
  if (viewer.role === 'CONNECTOR')
    throw new GraphQLError('A connector may not search tickets.', { extensions: { code: 'FORBIDDEN' } });
}
