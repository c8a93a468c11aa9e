import { DateTime } from '@smart-tickets/kit/scalars';
import { searchStatus } from './resolvers/query/search-status.ts';
import { searchTickets } from './resolvers/query/search-tickets.ts';

/** The subgraph's SDL file. */
export const sdlFile = new URL('./search.graphql', import.meta.url);

/** Resolvers of every type that needs one. */
export const resolvers = { DateTime, Query: { searchTickets, searchStatus } };
