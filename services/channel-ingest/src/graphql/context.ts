import type { RequestContext } from '@smart-tickets/kit/subgraph-server';
import type { DeliveryFeed } from '../use-cases/delivery-feed.ts';
import type { Deps } from '../use-cases/deps.ts';
import type { Loaders } from './loaders.ts';

/** What the resolvers of the intake subgraph are given. */
export interface Context extends RequestContext {
  readonly deps: Deps;
  readonly deliveries: DeliveryFeed;
  readonly loaders: Loaders;
}
