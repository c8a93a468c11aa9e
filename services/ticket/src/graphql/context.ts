import type { EventFeed } from '@smart-tickets/kit/event-feed';
import type { RatingTokens } from '@smart-tickets/kit/link-token';
import type { RequestContext } from '@smart-tickets/kit/subgraph-server';
import type { CountFeed } from '../use-cases/count-feed.ts';
import type { Deps } from '../use-cases/deps.ts';
import type { SeenRecorder } from '../use-cases/record-seen.ts';
import type { ViewerFeed } from '../use-cases/viewer-feed.ts';
import type { Loaders } from './loaders.ts';

/** What the resolvers of the ticket subgraph are given. */
export interface Context extends RequestContext {
  readonly deps: Deps;
  readonly feed: EventFeed;
  readonly viewers: ViewerFeed;
  readonly counts: CountFeed;
  readonly loaders: Loaders;
  readonly ratingTokens: RatingTokens;
  /** Notes which last message an agent was given. */
  readonly seen: SeenRecorder;
}
