import type { RequestContext } from '@smart-tickets/kit/subgraph-server';
import type { Deps } from '../use-cases/deps.ts';
import type { Loaders } from './loaders.ts';

/** What the resolvers of the intake subgraph are given. */
export interface Context extends RequestContext {
  readonly deps: Deps;
  readonly loaders: Loaders;
}
