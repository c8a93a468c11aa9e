import type { EventFeed } from '@smart-tickets/kit/event-feed';
import type { RequestContext } from '@smart-tickets/kit/subgraph-server';
import type { Deps } from '../use-cases/deps.ts';
import type { Loaders } from './loaders.ts';

/** What the resolvers of the ticket subgraph are given. */
export interface Context extends RequestContext {
  readonly deps: Deps;
  readonly feed: EventFeed;
  readonly loaders: Loaders;
}
